import { describe, expect, it } from 'vitest'
import { withSettings } from '../support/change-realm.ts'
import { clientKey } from '../support/client-keys.ts'
import { obtainTokens, requestToken } from '../support/flows.ts'
import { read, redirectUri, register, registered } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]

describe('RFC 7591 §3.2.1, client information response', () => {
  const server = serveSuite()

  it('answers 201 with one flat JSON object that nobody keeps (DCR-RSP-01, DCR-RSP-09, OIDR-EP-10)', async () => {
    const { status, headers, text, body } = await register(server, { redirect_uris })
    expect(status).toBe(201)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(headers.get('cache-control')).toContain('no-store')
    expect(headers.get('pragma')).toBe('no-cache')
    expect(JSON.parse(text)).toEqual(body)
  })

  it('gives every client an identifier of its own, in characters that need no encoding (DCR-RSP-02, DCR-RSP-03, DCR-RSP-12)', async () => {
    const clients = await Promise.all(Array.from({ length: 50 }, () => registered(server)))
    expect(new Set(clients.map(({ client_id }) => client_id)).size).toBe(50)
    for (const { client_id, client_secret } of clients) {
      expect(client_id).toMatch(/^[\w.~-]+$/)
      expect(client_secret).toMatch(/^[\w.~-]{43,}$/)
    }
  })

  it('gives every client a secret of its own (DCR-RSP-04, OIDR-EP-08, DCR-SEC-07)', async () => {
    const same = { redirect_uris, software_id: 'one-software', client_name: 'One software' }
    const clients = await Promise.all(Array.from({ length: 20 }, () => registered(server, same)))
    expect(new Set(clients.map(({ client_secret }) => client_secret)).size).toBe(20)
  })

  it.each(['client_secret_basic', 'client_secret_post', 'client_secret_jwt'])(
    'says when the secret of %s expires, in seconds (DCR-RSP-05, OIDR-EP-11)',
    async (method) => {
      const { body } = await register(server, { redirect_uris, token_endpoint_auth_method: method })
      expect(body).toMatchObject({ client_secret: expect.any(String), client_secret_expires_at: 0 })
    },
  )

  it('says nothing about the expiry of a secret that there is not (DCR-RSP-05, DCR-RSP-11)', async () => {
    const { jwk } = await clientKey('ES256', 'a')
    const methods = [
      { token_endpoint_auth_method: 'none' },
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } },
      { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_dns: 'client.example' },
    ]
    for (const method of methods) {
      const { status, body } = await register(server, { redirect_uris, ...method })
      expect(status).toBe(201)
      expect(body).not.toHaveProperty('client_secret')
      expect(body).not.toHaveProperty('client_secret_expires_at')
    }
  })

  it('dates the client in whole seconds (DCR-RSP-06)', async () => {
    const { client_id_issued_at: issuedAt } = (await register(server, { redirect_uris })).body
    expect(Number.isInteger(issuedAt)).toBe(true)
    expect(Math.abs(Number(issuedAt) - Date.now() / 1000)).toBeLessThan(60)
  })

  it('answers with everything that is registered, defaults included (DCR-RSP-07, DCR-UNK-03)', async () => {
    const sent = {
      redirect_uris,
      client_name: 'Complete',
      contacts: ['ada@example.com'],
      client_uri: 'https://app.example/',
      software_id: 'complete',
    }
    const client = await registered(server, { ...sent, unknown: true })
    expect(client).toMatchObject({
      ...sent,
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      application_type: 'web',
      subject_type: 'public',
      id_token_signed_response_alg: 'RS256',
    })
    const { client_secret: _once, ...known } = client
    expect((await read(client)).body).toMatchObject(known)
  })

  it('honours what it answered (DCR-RSP-07)', async () => {
    const client = await registered(server, {
      redirect_uris,
      scope: 'openid email',
      grant_types: ['authorization_code', 'refresh_token'],
    })
    const tokens = await obtainTokens(server, client, { scope: 'openid email' })
    const again = await requestToken(server, client, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
    expect(again).toMatchObject({ status: 200, body: { scope: 'openid email' } })
  })

  it('contains neither null nor an empty string (DCR-RSP-10)', async () => {
    const { body } = await register(server, { redirect_uris, client_name: '', logo_uri: null, 'client_name#fr': '' })
    for (const [name, value] of Object.entries(body)) expect([null, ''], name).not.toContain(value)
  })

  it('gives address and token of the client configuration endpoint together (DCR-RSP-13, OIDR-EP-09)', async () => {
    const { body } = await register(server, { redirect_uris })
    expect(body['registration_access_token']).toEqual(expect.any(String))
    expect(String(body['registration_client_uri'])).toBe(`${server.url}/register/${String(body['client_id'])}`)
  })
})

describe('RFC 7591 §3.2.1 where clients do not manage themselves', () => {
  const server = serveSuite({ change: withSettings({ managementEnabled: false, clientSecretLifetimeSeconds: 3600 }) })

  it('gives neither address nor token of the client configuration endpoint (DCR-RSP-13, OIDR-EP-09)', async () => {
    const { status, body } = await register(server, { redirect_uris })
    expect(status).toBe(201)
    expect(body).not.toHaveProperty('registration_access_token')
    expect(body).not.toHaveProperty('registration_client_uri')
  })

  it('says when a secret expires that does (DCR-RSP-05, OIDR-EP-11)', async () => {
    const { body } = await register(server, { redirect_uris })
    const seconds = Number(body['client_secret_expires_at']) - Date.now() / 1000
    expect(seconds).toBeGreaterThan(3500)
    expect(seconds).toBeLessThanOrEqual(3601)
  })
})
