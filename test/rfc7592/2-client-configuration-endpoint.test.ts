import { request as httpRequest } from 'node:http'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, post, requestToken } from '../support/flows.ts'
import { bearer, type RegisteredClient, read, redirectUri, register, registered } from '../support/registration-client.ts'
import { challengeOf, type ManagementServer, startManagementServer, strip } from './management-realms.ts'

const machine = { grant_types: ['client_credentials'], redirect_uris: [], scope: 'mcp:tools' }
const methods = ['GET', 'PUT', 'PATCH', 'DELETE']

describe('RFC 7592 §2, the client configuration endpoint', () => {
  let server: ManagementServer
  let client: RegisteredClient
  let other: RegisteredClient

  beforeAll(async () => {
    server = await startManagementServer({
      undeletable: { deletionAllowed: false },
      unmanaged: { managementEnabled: false },
      protected: { initialAccessTokenRequired: true },
    })
    client = await registered(server, { redirect_uris: [redirectUri], client_name: 'Ours' })
    other = await registered(server, { redirect_uris: ['https://other.example/cb'], client_name: 'Theirs' })
  })
  afterAll(() => server?.stop())

  async function call(method: string, url: string, headers: Record<string, string> = {}) {
    const body = method === 'PUT' || method === 'PATCH' ? JSON.stringify(strip(client)) : undefined
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await fetch(url, { method, headers: { ...type, ...headers }, ...(body === undefined ? {} : { body }) })
    const text = await response.text()
    const parsed = (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>>
    return { status: response.status, headers: response.headers, text, body: parsed }
  }

  it.each(methods)(
    'answers %s without a token with 401 and a challenge that names no error (DCM-CR-01, DCM-ERR-01)',
    async (method) => {
      const answer = await call(method, client.registration_client_uri)
      expect(answer.status).toBe(401)
      expect(challengeOf(answer)).toBe('Bearer')
    },
  )

  it.each(methods)('answers %s with an unknown token with 401 invalid_token (DCM-ERR-02)', async (method) => {
    const answer = await call(method, client.registration_client_uri, { authorization: `Bearer rat_${'A'.repeat(43)}` })
    expect(answer.status).toBe(401)
    expect(challengeOf(answer)).toMatch(/^Bearer .*error="invalid_token"/)
    expect(answer.body).toMatchObject({ error: 'invalid_token' })
  })

  it.each(['Bearer', 'Bearer ', 'Bearer not a token', 'Bearer \u00e4', `Bearer ${'x'.repeat(5000)}`])(
    'answers a malformed credential (%#) with 401 (DCM-ERR-02)',
    async (authorization) => {
      const answer = await call('GET', client.registration_client_uri, { authorization })
      expect(answer.status).toBe(401)
      expect(challengeOf(answer)).toMatch(/^Bearer/)
    },
  )

  it.each(methods)(
    "answers %s with another client's token like an unknown one, and tells nothing (DCM-URL-03, DCM-ERR-03)",
    async (method) => {
      const foreign = await call(method, other.registration_client_uri, bearer(client))
      const unknown = await call(method, other.registration_client_uri, { authorization: `Bearer rat_${'A'.repeat(43)}` })
      expect(foreign.status).toBe(401)
      expect(challengeOf(foreign)).toBe(challengeOf(unknown))
      expect({ ...foreign.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' })
      expect(foreign.text).not.toContain('Theirs')
      expect((await read(other)).body).toMatchObject({ client_name: 'Theirs' })
    },
  )

  it.each(methods)(
    'answers %s of a client that does not exist with 401 and never 404 (DCM-ERR-04, DCM-ERR-05)',
    async (method) => {
      for (const id of ['00000000-0000-7000-8000-000000000000', 'nobody', '%00', '%2e%2e%2fregister', 'a'.repeat(300)]) {
        const answer = await call(method, `${server.url}/register/${id}`, bearer(client))
        expect([id, answer.status]).toEqual([id, 401])
      }
    },
  )

  it('does not take the token from the query or from a form (DCM-ERR-10)', async () => {
    const { registration_client_uri: uri, registration_access_token: access_token } = client
    expect((await call('GET', `${uri}?access_token=${access_token}`)).status).toBe(401)
    const form = await fetch(uri, { method: 'PUT', body: new URLSearchParams({ access_token }) })
    expect(form.status).toBe(401)
  })

  it('takes no access token, initial access token or client secret for a registration access token (DCM-CR-02)', async () => {
    const worker = await registered(server, machine)
    const { body } = await requestToken(server, worker, { grant_type: 'client_credentials' })
    const issued = await server.admin('POST', '/realms/default/initial-access-tokens', {})
    const { value } = (await issued.json()) as { readonly value: string }
    const secret = basic(worker.client_id, worker.client_secret)
    for (const authorization of [
      `Bearer ${body.access_token}`,
      `Bearer ${value}`,
      `Bearer ${worker.client_secret}`,
      secret['authorization'],
    ]) {
      expect((await call('GET', worker.registration_client_uri, { authorization: `${authorization}` })).status).toBe(401)
    }
    expect((await read(worker)).status).toBe(200)
  })

  it('lets a registration access token open nothing else (DCM-CR-02)', async () => {
    const token = client.registration_access_token
    expect((await fetch(`${server.url}/userinfo`, { headers: bearer(client) })).status).toBe(401)
    const inspector = await registered(server, machine)
    const introspection = await post(server, '/introspect', { token }, basic(inspector.client_id, inspector.client_secret))
    expect(introspection.body).toEqual({ active: false })
    expect((await post(server, '/introspect', { token }, bearer(client))).status).toBeGreaterThanOrEqual(400)
    expect((await register(server, { redirect_uris: [redirectUri] }, bearer(client))).status).toBe(401)
    expect((await register(server.realm('protected'), { redirect_uris: [redirectUri] }, bearer(client))).status).toBe(401)
    expect((await fetch(`${server.adminUrl}/admin/v1/realms`, { headers: bearer(client) })).status).toBe(401)
  })

  it('answers a suspended client with 403 on every method, and serves it again once it is resumed (DCM-ERR-06)', async () => {
    const suspect = await registered(server)
    await server.admin('POST', `/realms/default/clients/${suspect.client_id}/suspend`)
    for (const method of methods) {
      const answer = await call(method, suspect.registration_client_uri, bearer(suspect))
      expect([method, answer.status]).toEqual([method, 403])
      expect(answer.body).toMatchObject({ error: 'access_denied' })
    }
    expect((await call('GET', suspect.registration_client_uri)).status).toBe(401)
    await server.admin('POST', `/realms/default/clients/${suspect.client_id}/resume`)
    expect((await read(suspect)).status).toBe(200)
  })

  it('answers a method that is not defined with 405 and Allow, to the holder of the token alone (DCM-ERR-07, DCM-ERR-11)', async () => {
    const known = await call('POST', client.registration_client_uri, bearer(client))
    expect(known.status).toBe(405)
    expect(known.headers.get('allow')).toBe('GET, PUT, PATCH, DELETE, OPTIONS')
    expect((await call('POST', client.registration_client_uri)).status).toBe(401)
  })

  it('tells a stranger nothing about the body of an update (DCM-ERR-11)', async () => {
    const stranger = await fetch(client.registration_client_uri, {
      method: 'PUT',
      headers: { 'content-type': 'text/plain' },
      body: '{',
    })
    expect(stranger.status).toBe(401)
  })

  it('answers DELETE with 405 and an Allow without it where deletion is off (DCM-DEL-04, DCM-ERR-07, DCM-PRF-03)', async () => {
    const permanent = await registered(server.realm('undeletable'))
    const answer = await call('DELETE', permanent.registration_client_uri, bearer(permanent))
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, PUT, PATCH, OPTIONS')
    expect((await read(permanent)).status).toBe(200)
  })

  it('names neither token nor URI, and has no endpoint, where management is off (DCM-RSP-04)', async () => {
    const { status, body } = await register(server.realm('unmanaged'), { redirect_uris: [redirectUri] })
    expect(status).toBe(201)
    expect(body).not.toHaveProperty('registration_access_token')
    expect(body).not.toHaveProperty('registration_client_uri')
    const answer = await call('GET', `${server.realm('unmanaged').url}/register/${body['client_id']}`)
    expect(answer.status).toBe(404)
  })

  it('gives an absolute URL below the registration endpoint, whatever Host says (DCM-URL-01, DCM-URL-02)', async () => {
    const answer = await registerUnderHost(server.url, 'evil.example')
    expect(answer['registration_client_uri']).toBe(`${server.url}/register/${answer['client_id']}`)
    const inRealm = await registered(server.realm('undeletable'))
    expect(inRealm.registration_client_uri).toBe(`${server.url}/realms/undeletable/register/${inRealm.client_id}`)
  })

  it('keeps a token to its realm (DCM-URL-03)', async () => {
    const elsewhere = `${server.realm('undeletable').url}/register/${client.client_id}`
    expect((await call('GET', elsewhere, bearer(client))).status).toBe(401)
  })

  it('lets scripts of any origin in, without credentials (DCM-SEC-07)', async () => {
    const { headers } = await call('GET', client.registration_client_uri, { ...bearer(client), origin: 'https://app.example' })
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.has('access-control-allow-credentials')).toBe(false)
    const preflight = await fetch(client.registration_client_uri, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT')
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization')
  })

  it('keeps no token and no secret in a form that can be read back (DCM-CR-03)', async () => {
    const { database } = server.configuration
    if (typeof database === 'string') throw new Error('the tests run on a server that they can look into')
    const looking = new pg.Client({ connectionString: database.url })
    await looking.connect()
    try {
      for (const table of ['clients', 'audit_events', 'client_revisions']) {
        const { rows } = await looking.query<{ row: string }>(`select row_to_json(t)::text as row from ${table} t`)
        const text = rows.map(({ row }) => row).join('\n')
        expect(text).not.toContain(client.registration_access_token)
        expect(text).not.toContain(client.registration_access_token.replace(/^rat_/, ''))
        expect(text).not.toContain(client.client_secret)
      }
    } finally {
      await looking.end()
    }
  })

  it('makes tokens of at least 256 random bits, each for one client (DCM-CR-01, DCM-CR-03)', async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => registered(server)))
    const tokens = clients.map(({ registration_access_token }) => registration_access_token)
    expect(new Set(tokens).size).toBe(20)
    for (const token of tokens) expect(token).toMatch(/^rat_[\w-]{43}$/)
  })
})

function registerUnderHost(url: string, host: string): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'content-type': 'application/json', 'x-forwarded-host': host, forwarded: `host=${host}` }
    const request = httpRequest(`${url}/register`, { method: 'POST', headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () => resolve(JSON.parse(text)))
    })
    request.on('error', reject)
    request.end(JSON.stringify({ redirect_uris: [redirectUri] }))
  })
}
