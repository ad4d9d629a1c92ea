import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, basic, codeVerifier, obtainTokens, post, requestToken } from '../support/flows.ts'
import {
  bearer,
  type RegisteredClient,
  read,
  redirectUri,
  registered,
  registeredPublic,
  remove,
  update,
} from '../support/registration-client.ts'
import { createBrowser, isConsent } from '../support/scripted-browser.ts'
import { type ManagementServer, startManagementServer, strip } from './management-realms.ts'

const machine = { grant_types: ['client_credentials'], redirect_uris: [], scope: 'mcp:tools' }
const resource = 'https://mcp.example/'

describe('RFC 7592 §2.3, delete', () => {
  let server: ManagementServer
  let inspector: RegisteredClient
  beforeAll(async () => {
    server = await startManagementServer()
    inspector = await registered(server, machine)
  })
  afterAll(() => server?.stop())

  async function isActive(token: string): Promise<unknown> {
    const { client_id, client_secret } = inspector
    return (await post(server, '/introspect', { token }, basic(client_id, client_secret))).body['active']
  }

  it('answers 204 without a body, and lets nobody keep it (DCM-DEL-01)', async () => {
    const { status, headers, text } = await remove(await registered(server))
    expect([status, text]).toEqual([204, ''])
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('pragma')).toBe('no-cache')
  })

  it('ignores a body (DCM-DEL-07)', async () => {
    const client = await registered(server)
    const headers = { ...bearer(client), 'content-type': 'application/json' }
    const { status } = await fetch(client.registration_client_uri, { method: 'DELETE', headers, body: '{"not": json' })
    expect(status).toBe(204)
  })

  it('ends the registration access token in the same moment: every further call is 401 (DCM-CR-09, DCM-DEL-02, DCM-DEL-05)', async () => {
    const client = await registered(server)
    await remove(client)
    expect((await remove(client)).status).toBe(401)
    expect((await read(client)).status).toBe(401)
    expect((await update(client, strip(client))).status).toBe(401)
  })

  it('ends the registration access token when an administrator deletes, too (DCM-CR-09)', async () => {
    const client = await registered(server)
    expect((await server.admin('DELETE', `/realms/default/clients/${client.client_id}`)).status).toBe(204)
    expect((await read(client)).status).toBe(401)
  })

  it('answers one of several concurrent deletions with 204 and the others with 401 (DCM-DEL-05)', async () => {
    const client = await registered(server)
    const answers = await Promise.all(Array.from({ length: 5 }, () => remove(client)))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401, 401, 401, 401])
  })

  it('lets a deleted client no longer authenticate (DCM-DEL-02)', async () => {
    const client = await registered(server, machine)
    await remove(client)
    const { status, body } = await requestToken(server, client, { grant_type: 'client_credentials' })
    expect([status, body.error]).toEqual([401, 'invalid_client'])
  })

  it('shows a page at the authorization endpoint and redirects nowhere (DCM-DEL-02)', async () => {
    const client = await registeredPublic(server)
    await remove(client)
    const page = await createBrowser(server).visit(authorizationUrl(server, client))
    expect([page.status, page.location]).toEqual([400, undefined])
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  })

  it('ends opaque and JWT access tokens, at introspection and at userinfo (DCM-DEL-03)', async () => {
    const client = await registeredPublic(server)
    const opaque = await obtainTokens(server, client, { scope: 'openid' })
    const jwt = await obtainTokens(server, client, { scope: 'openid mcp:tools', resource, prompt: 'consent' })
    expect(jwt.access_token.split('.')).toHaveLength(3)
    expect([await isActive(opaque.access_token), await isActive(jwt.access_token)]).toEqual([true, true])
    await remove(client)
    expect([await isActive(opaque.access_token), await isActive(jwt.access_token)]).toEqual([false, false])
    const headers = { authorization: `Bearer ${opaque.access_token}` }
    expect((await fetch(`${server.url}/userinfo`, { headers })).status).toBe(401)
  })

  it('ends the tokens of a machine, JWT or opaque (DCM-DEL-03)', async () => {
    const client = await registered(server, machine)
    const opaque = await requestToken(server, client, { grant_type: 'client_credentials' })
    const jwt = await requestToken(server, client, { grant_type: 'client_credentials', resource })
    const tokens = [opaque.body.access_token, jwt.body.access_token]
    expect(await Promise.all(tokens.map(isActive))).toEqual([true, true])
    await remove(client)
    expect(await Promise.all(tokens.map(isActive))).toEqual([false, false])
  })

  it('ends refresh tokens (DCM-DEL-03)', async () => {
    const client = await registeredPublic(server)
    const { refresh_token } = await obtainTokens(server, client, { scope: 'openid offline_access', prompt: 'consent' })
    const introspected = () => post(server, '/introspect', { token: refresh_token ?? '', client_id: client.client_id })
    expect((await introspected()).body['active']).toBe(true)
    await remove(client)
    expect((await requestToken(server, client, { grant_type: 'refresh_token', refresh_token })).body.error).toBe('invalid_client')
    expect((await introspected()).body['error']).toBe('invalid_client')
    expect(await isActive(refresh_token)).toBe(false)
  })

  it('ends codes that were not redeemed (DCM-DEL-03)', async () => {
    const client = await registeredPublic(server)
    const back = await createBrowser(server).authorize(authorizationUrl(server, client))
    await remove(client)
    const code = back.searchParams.get('code') ?? ''
    const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: codeVerifier }
    expect((await requestToken(server, client, grant)).body.error).toBe('invalid_client')
  })

  it('ends pushed authorization requests (DCM-DEL-03)', async () => {
    const client = await registeredPublic(server)
    const pushed = await post(server, '/par', Object.fromEntries(authorizationUrl(server, client).searchParams))
    expect(pushed.status).toBe(201)
    await remove(client)
    const url = new URL(`${server.url}/authorize`)
    url.search = `${new URLSearchParams({ client_id: client.client_id, request_uri: `${pushed.body['request_uri']}` })}`
    const page = await createBrowser(server).visit(url)
    expect([page.status, page.location]).toEqual([400, undefined])
  })

  it('ends device codes (DCM-DEL-03)', async () => {
    const device = 'urn:ietf:params:oauth:grant-type:device_code'
    const client = await registered(server, { grant_types: [device], redirect_uris: [], token_endpoint_auth_method: 'none' })
    const { body } = await post(server, '/device_authorization', { client_id: client.client_id, scope: 'openid' })
    await remove(client)
    const polled = await requestToken(server, client, { grant_type: device, device_code: `${body['device_code']}` })
    expect(polled.body.error).toBe('invalid_client')
  })

  it('stops a sign-in that was under way (DCM-DEL-02, DCM-DEL-03)', async () => {
    const client = await registeredPublic(server)
    const browser = createBrowser(server)
    const signIn = await browser.visit(authorizationUrl(server, client))
    await remove(client)
    const after = await browser.signIn(signIn)
    expect(after.location).toBeUndefined()
    expect(after.status).toBeGreaterThanOrEqual(400)
    expect(after.status).toBeLessThan(500)
    expect(isConsent(after)).toBe(false)
  })

  it('leaves no good token behind that was asked for in the same moment (DCM-DEL-03)', async () => {
    const client = await registered(server, machine)
    const grants = Array.from({ length: 16 }, (_, index) => ({
      grant_type: 'client_credentials',
      ...(index % 2 === 0 ? { resource } : {}),
    }))
    const asked = grants.map((grant) => requestToken(server, client, grant))
    const [deleted, ...answers] = await Promise.all([remove(client), ...asked])
    expect(deleted.status).toBe(204)
    for (const { status } of answers) expect(status).toBeOneOf([200, 401])
    const tokens = answers.filter(({ status }) => status === 200).map(({ body }) => body.access_token)
    for (const token of tokens) expect(await isActive(token)).toBe(false)
  })

  it('wins over updates in the same moment: what is deleted stays deleted (DCM-DEL-02, DCM-PUT-18)', async () => {
    for (let rounds = 0; rounds < 5; rounds += 1) {
      const client = await registered(server)
      const updates = Array.from({ length: 3 }, (_, index) => update(client, { ...strip(client), client_name: `Name ${index}` }))
      const [deleted, ...answers] = await Promise.all([remove(client), ...updates])
      expect(deleted.status).toBe(204)
      for (const { status } of answers) expect(status).toBeOneOf([200, 401])
      expect((await read(client)).status).toBe(401)
    }
  })

  it('forgets consents, and leaves nothing in the engine or among the secrets (DCM-DEL-03, DCM-DEL-06)', async () => {
    const client = await registeredPublic(server)
    await obtainTokens(server, client, { scope: 'openid offline_access', prompt: 'consent' })
    await remove(client)
    const { database } = server.configuration
    if (typeof database === 'string') throw new Error('the tests run on a server that they can look into')
    const looking = new pg.Client({ connectionString: database.url })
    await looking.connect()
    try {
      for (const table of ['clients', 'consents', 'engine_objects']) {
        const { rows } = await looking.query(`select count(*)::integer as held from ${table} where client_id = $1`, [
          client.client_id,
        ])
        expect([table, rows[0]]).toEqual([table, { held: 0 }])
      }
    } finally {
      await looking.end()
    }
  })

  it('keeps the deletion in the audit trail (DCM-DEL-06, DCM-SEC-03)', async () => {
    const client = await registered(server)
    await remove(client)
    const trail = await server.admin('GET', `/realms/default/audit-events?client_id=${client.client_id}`)
    const { items } = (await trail.json()) as { readonly items: readonly { readonly type: string; readonly actor: string }[] }
    expect(items[0]).toMatchObject({ type: 'client.deleted', actor: `client:${client.client_id}` })
    expect(JSON.stringify(items)).not.toContain(client.registration_access_token)
  })

  it('lets other clients live (DCM-URL-03)', async () => {
    const [gone, staying] = [await registeredPublic(server), await registeredPublic(server)]
    const { access_token } = await obtainTokens(server, staying)
    await remove(gone)
    expect([(await read(staying)).status, await isActive(access_token)]).toEqual([200, true])
  })
})
