import { describe, expect, it } from 'vitest'
import { clientKey } from '../support/client-keys.ts'
import { authorizationUrl, basic, obtainTokens, post, requestToken } from '../support/flows.ts'
import { redirectUri, register, registered, registeredPublic, update } from '../support/registration-client.ts'
import { createBrowser } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]

describe('RFC 7591 §2, client metadata', () => {
  const server = serveSuite()

  it('refuses a client of the code flow without redirect URIs (DCR-MD-01)', async () => {
    expect(await register(server, { client_name: 'Nowhere' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_redirect_uri' },
    })
  })

  it('needs no redirect URI from a client that never redirects (DCR-MD-01)', async () => {
    const { status, body } = await register(server, { grant_types: ['client_credentials'] })
    expect(status).toBe(201)
    expect(body).not.toHaveProperty('redirect_uris')
    expect(body['response_types']).toEqual([])
  })

  it('takes client_secret_basic for a client that names no method, and issues the secret for it (DCR-MD-02)', async () => {
    const client = await registered(server, { redirect_uris })
    expect(client).toMatchObject({ token_endpoint_auth_method: 'client_secret_basic', client_secret: expect.any(String) })
    const right = await post(server, '/introspect', { token: 'unknown' }, basic(client.client_id, client.client_secret))
    expect(right).toMatchObject({ status: 200, body: { active: false } })
  })

  it('issues no secret to a client with the method none (DCR-MD-02)', async () => {
    const { body } = await register(server, { redirect_uris, token_endpoint_auth_method: 'none' })
    expect(body['token_endpoint_auth_method']).toBe('none')
    expect(body).not.toHaveProperty('client_secret')
  })

  it.each(['Client_Secret_Basic', 'CLIENT_SECRET_BASIC', 'magic'])(
    'does not take the method %s for one that it knows (DCR-MD-02, DCR-EP-09)',
    async (method) => {
      const { body } = await register(server, { redirect_uris, token_endpoint_auth_method: method })
      expect([method, 'client_secret_basic']).not.toContain(body['token_endpoint_auth_method'])
      // A machine cannot be public, so that nothing is left to replace it by.
      const machine = await register(server, { grant_types: ['client_credentials'], token_endpoint_auth_method: method })
      expect(machine).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
    },
  )

  it('takes authorization_code for a client that names no grant, and refuses it every other (DCR-MD-03)', async () => {
    const client = await registered(server, { redirect_uris })
    expect(client['grant_types']).toEqual(['authorization_code'])
    const tokens = await obtainTokens(server, client)
    expect(tokens).not.toHaveProperty('refresh_token')
    const other = await requestToken(server, client, { grant_type: 'client_credentials' })
    expect(other).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } })
  })

  it('takes code for a client that names no response type, and refuses it every other (DCR-MD-04)', async () => {
    const client = await registered(server, { redirect_uris })
    expect(client['response_types']).toEqual(['code'])
    const page = await createBrowser(server).visit(authorizationUrl(server, client, { response_type: 'id_token' }))
    const error = page.location?.href ?? page.body
    expect(error).toMatch(/unauthorized_client|unsupported_response_type/)
  })

  it('refuses the code flow to a client without the response type code (DCR-MD-04)', async () => {
    const client = await registered(server, { grant_types: ['client_credentials'], redirect_uris })
    const url = authorizationUrl(server, { ...client, redirect_uris })
    const page = await createBrowser(server).visit(url)
    expect(page.location?.searchParams.get('error') ?? page.body).toContain('unauthorized_client')
  })

  it.each(['client_uri', 'logo_uri', 'tos_uri', 'policy_uri'])(
    'refuses a %s that no browser should open (DCR-MD-06)',
    async (member) => {
      for (const uri of ['javascript:alert(1)', 'ftp://app.example/', 'data:text/html,x', 'app.example']) {
        const answer = await register(server, { redirect_uris, [member]: uri })
        expect(answer, uri).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
        expect(String(answer.body['error_description'])).toContain(member)
      }
    },
  )

  it('refuses a scope that is not one string (DCR-MD-08)', async () => {
    const answer = await register(server, { redirect_uris, scope: ['openid'] })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
  })

  it('leaves out scopes that it does not have, and says so (DCR-MD-08)', async () => {
    const { body } = await register(server, { redirect_uris, scope: 'openid nonsense profile' })
    expect(body['scope']).toBe('openid profile')
  })

  it('gives the default scopes to a client that names none (DCR-MD-08)', async () => {
    const { body } = await register(server, { redirect_uris })
    expect(body['scope']).toBe('openid profile email offline_access mcp:tools')
  })

  it('refuses a jwks_uri over plain http beyond this machine (DCR-MD-12)', async () => {
    const answer = await register(server, { redirect_uris, jwks_uri: 'http://app.example/jwks.json' })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
  })

  it('refuses a key set that is a string, or no set (DCR-MD-13)', async () => {
    const { jwk } = await clientKey('ES256', 'a')
    for (const jwks of [JSON.stringify({ keys: [jwk] }), [jwk], jwk, { keys: jwk }]) {
      const answer = await register(server, { redirect_uris, jwks })
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
    }
  })

  it('refuses private and symmetric keys, and repeats nothing of them (DCR-MD-13)', async () => {
    const { privateJwk } = await clientKey('ES256', 'a')
    const symmetric = { kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA' }
    const secrets = [
      [privateJwk, privateJwk.d],
      [symmetric, symmetric.k],
    ] as const
    for (const [key, secret] of secrets) {
      const answer = await register(server, { redirect_uris, jwks: { keys: [key] } })
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
      expect(answer.text).not.toContain(String(secret))
    }
  })

  it('refuses an empty key set to a client that needs keys (DCR-MD-13, DCR-GR-10)', async () => {
    const metadata = { redirect_uris, token_endpoint_auth_method: 'private_key_jwt' }
    for (const jwks of [undefined, { keys: [] }]) {
      expect(await register(server, { ...metadata, jwks })).toMatchObject({
        status: 400,
        body: { error: 'invalid_client_metadata' },
      })
    }
  })

  it('answers with neither both jwks and jwks_uri nor accepts them together (DCR-REQ-05)', async () => {
    const { jwk } = await clientKey('ES256', 'a')
    const both = { redirect_uris, jwks: { keys: [jwk] }, jwks_uri: 'https://app.example/jwks.json' }
    expect(await register(server, both)).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
    const client = await registered(server, { redirect_uris, jwks: { keys: [jwk] } })
    expect(client).not.toHaveProperty('jwks_uri')
    const { client_id } = client
    const { body } = await update(client, { client_id, redirect_uris, jwks_uri: 'https://app.example/jwks.json' })
    expect(body).toMatchObject({ jwks_uri: 'https://app.example/jwks.json' })
    expect(body).not.toHaveProperty('jwks')
  })

  it('keeps software_id and software_version as they were sent (DCR-MD-14, DCR-MD-15)', async () => {
    const software = { software_id: '4NRB1-0XZABZI9E6-5SM3R', software_version: '2.00' }
    expect((await register(server, { redirect_uris, ...software })).body).toMatchObject(software)
    expect(await register(server, { redirect_uris, software_version: 2 })).toMatchObject({ status: 400 })
  })

  it.each([
    ['an unknown name', { foo: 'bar', x_nested: { deep: [1, 2] } }],
    ['a known name in other letters', { Redirect_URIs: ['https://evil.example/'], CLIENT_NAME: 'x' }],
    ['a name of another standard', { vp_formats_supported: { jwt: {} } }],
  ])('ignores %s, and does not answer with it (DCR-REQ-02, DCR-UNK-01, DCR-UNK-03, DCR-EP-09)', async (_what, members) => {
    const { status, body } = await register(server, { redirect_uris, ...members })
    expect(status).toBe(201)
    for (const name of Object.keys(members)) expect(body).not.toHaveProperty(name)
    expect(body['redirect_uris']).toEqual(redirect_uris)
  })

  it('refuses protection that it cannot give, instead of dropping the wish (DCR-UNK-05)', async () => {
    const answer = await register(server, { redirect_uris, id_token_encrypted_response_alg: 'RSA-OAEP' })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
  })

  it('lets no member reach the prototype of a record (DCR-REQ-11)', async () => {
    const { status, body } = await register(
      server,
      '{"redirect_uris":["https://app.example/cb"],"constructor":{"a":1},"prototype":1}',
    )
    expect(status).toBe(201)
    expect(Object.keys(body)).not.toContain('constructor')
    const { status: proto } = await register(server, '{"redirect_uris":["https://app.example/cb"],"__proto__":{"admin":true}}')
    expect([201, 400]).toContain(proto)
  })

  it('serves a refresh token to a client that registered the grant (DCR-MD-03)', async () => {
    const client = await registeredPublic(server)
    const { refresh_token } = await obtainTokens(server, client)
    const again = await requestToken(server, client, { grant_type: 'refresh_token', refresh_token })
    expect(again).toMatchObject({ status: 200, body: { access_token: expect.any(String) } })
  })
})
