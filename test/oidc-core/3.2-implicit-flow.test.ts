import { beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, type Parameters, requestToken } from '../support/flows.ts'
import { type RegisteredClient, redirectUri, register, registered } from '../support/registration-client.ts'
import { createBrowser } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'
import { answerTo, frontChannelClient, leftHalf, verified } from './front-channel.ts'

const plainly = { code_challenge: '', code_challenge_method: '' }

describe('the implicit flow, where nobody has asked for it (OpenID Connect Core §3.2)', () => {
  const server = serveSuite()

  it('is not registered, not served, and not in discovery', async () => {
    const refused = await register(server, {
      redirect_uris: [redirectUri],
      response_types: ['id_token'],
      grant_types: ['implicit'],
    })
    expect([refused.status, refused.body['error']]).toEqual([400, 'invalid_client_metadata'])
    const client = await registered(server, { redirect_uris: [redirectUri] })
    const page = await createBrowser(server).visit(authorizationUrl(server, client, { ...plainly, response_type: 'id_token' }))
    expect(page.location?.href ?? page.body).toContain('unsupported_response_type')
    const metadata = await (await fetch(`${server.url}/.well-known/openid-configuration`)).json()
    expect(metadata).toMatchObject({ response_types_supported: ['code'] })
    expect((metadata as { grant_types_supported: string[] }).grant_types_supported).not.toContain('implicit')
  })
})

describe('registration for the implicit flow (OpenID Connect Registration §2, OIDR-AT-02)', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/oidc.yaml' })
  const implicit = { response_types: ['id_token token'], grant_types: ['implicit'] }

  it.each([
    ['http', ['http://app.example/cb']],
    ['loopback by name', ['https://localhost/cb']],
    ['loopback by address', ['http://127.0.0.1/cb']],
    ['one of several in clear', [redirectUri, 'http://app.example/cb']],
    ['a private-use scheme', ['com.example.app:/cb']],
  ])('refuses a web client with %s', async (_what, redirect_uris) => {
    const { status, body } = await register(server, { ...implicit, application_type: 'web', redirect_uris })
    expect([status, body['error']]).toEqual([400, 'invalid_redirect_uri'])
  })

  it.each([
    [['id_token'], ['authorization_code']],
    [['code'], ['implicit']],
    [['code id_token'], ['authorization_code']],
    [['id_token token'], ['authorization_code', 'refresh_token']],
  ])('refuses response types %j with grant types %j (OIDR-MD-03)', async (response_types, grant_types) => {
    const { status, body } = await register(server, { redirect_uris: [redirectUri], response_types, grant_types })
    expect([status, body['error']]).toEqual([400, 'invalid_client_metadata'])
  })

  it('finds the grants that response types need, in any order of their words (OIDR-MD-02)', async () => {
    const named = await registered(server, { redirect_uris: [redirectUri], response_types: ['token id_token'] })
    expect(named).toMatchObject({ response_types: ['id_token token'], grant_types: ['implicit'] })
    const hybrid = await registered(server, { redirect_uris: [redirectUri], response_types: ['token id_token code'] })
    expect(hybrid['grant_types']).toEqual(['authorization_code', 'implicit'])
  })

  it('gives no refresh token grant to who can have no refresh token', async () => {
    const grant_types = ['implicit', 'refresh_token']
    const client = await registered(server, { redirect_uris: [redirectUri], response_types: ['id_token'], grant_types })
    expect(client['grant_types']).toEqual(['implicit'])
  })

  it('refuses ID tokens without a signature (OIDR-MD-11)', async () => {
    const { status } = await register(server, { redirect_uris: [redirectUri], ...implicit, id_token_signed_response_alg: 'none' })
    expect(status).toBe(400)
  })

  it('refuses to bind what comes by the address bar', async () => {
    const { status, body } = await register(server, { redirect_uris: [redirectUri], ...implicit, dpop_bound_access_tokens: true })
    expect([status, String(body['error_description'])]).toEqual([400, expect.stringContaining('dpop_bound_access_tokens')])
  })
})

describe('requests of the implicit flow (OpenID Connect Core §3.2.2)', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/oidc.yaml' })
  let both: RegisteredClient
  let alone: RegisteredClient
  beforeAll(async () => {
    both = await frontChannelClient(server, 'id_token token', { token_endpoint_auth_method: 'none' })
    alone = await frontChannelClient(server, 'id_token')
  })
  const ask = (client: RegisteredClient, parameters: Parameters) =>
    answerTo(server, client, { ...plainly, response_type: String((client['response_types'] as string[])[0]), ...parameters })

  it.each([
    [{ nonce: '' }, 'invalid_request'],
    [{ scope: 'email' }, 'invalid_request'],
    [{ prompt: 'none' }, 'login_required'],
    [{ response_type: 'code' }, 'unauthorized_client'],
    [{ response_type: 'code token' }, 'unauthorized_client'],
    [{ request: 'no.jwt' }, 'invalid_request_object'],
    [{ max_age: 'soon' }, 'invalid_request'],
  ] as [Parameters, string][])(
    'are answered in the fragment, with iss and state, if %o is wrong: %s (§3.2.2.6)',
    async (parameters, error) => {
      const { query, fragment } = await ask(both, parameters)
      const told = parameters['response_type'] === 'code' ? query : fragment
      expect(told).toMatchObject({ error, state: 'a-state', iss: server.url })
      expect({ ...query, ...fragment }).not.toHaveProperty('id_token')
      if (told === fragment) expect(query).toEqual({})
    },
  )

  it.each(['query', 'query.jwt'])('never put a token into %s', async (response_mode) => {
    const { query, fragment } = await ask(both, { response_mode })
    const told = { ...query, ...fragment }
    expect(told['error'] ?? told['response']).toBeTruthy()
    expect(JSON.stringify(told)).not.toContain('access_token')
  })

  it('give an ID token alone, with nonce, iss and no hash of anything (§3.2.2.10)', async () => {
    const { query, fragment } = await ask(alone, { scope: 'openid email' })
    expect(query).toEqual({})
    expect(Object.keys(fragment).sort()).toEqual(['id_token', 'iss', 'state'])
    expect(fragment).toMatchObject({ state: 'a-state', iss: server.url })
    const claims = await verified(server, alone, fragment['id_token'])
    expect(claims).toMatchObject({ nonce: 'a-nonce', email: 'ada@example.com' })
    expect(claims).not.toHaveProperty('at_hash')
  })

  it('give an access token beside it that at_hash belongs to, for ten minutes, and no refresh token (§3.2.2.9)', async () => {
    const { query, fragment } = await ask(both, { scope: 'openid email offline_access', prompt: 'consent' })
    expect(query).toEqual({})
    expect(Object.keys(fragment).sort()).toEqual([
      'access_token',
      'expires_in',
      'id_token',
      'iss',
      'scope',
      'state',
      'token_type',
    ])
    expect(fragment).toMatchObject({ token_type: 'Bearer', expires_in: '600', state: 'a-state', iss: server.url })
    const claims = await verified(server, both, fragment['id_token'])
    expect(claims).toMatchObject({ at_hash: leftHalf(fragment['access_token']), nonce: 'a-nonce' })
    const authorization = `Bearer ${fragment['access_token']}`
    const userinfo = await fetch(`${server.url}/userinfo`, { headers: { authorization } })
    expect(await userinfo.json()).toMatchObject({ sub: claims['sub'], email: 'ada@example.com' })
  })

  it('leave nothing that the token endpoint would take', async () => {
    const { fragment } = await ask(both, {})
    const attempts = [
      { grant_type: 'authorization_code', code: fragment['access_token'] ?? '', redirect_uri: redirectUri },
      { grant_type: 'refresh_token', refresh_token: fragment['access_token'] ?? '' },
    ]
    for (const attempt of attempts) {
      const { status, body } = await requestToken(server, both, attempt)
      expect([status, body.error]).toEqual([400, 'unauthorized_client'])
    }
  })

  it('ask a person for consent once, and answer in silence from then on', async () => {
    const browser = createBrowser(server)
    const url = authorizationUrl(server, alone, { ...plainly, response_type: 'id_token' })
    await browser.authorize(url)
    url.searchParams.set('prompt', 'none')
    const { location } = await browser.visit(url)
    expect(location?.hash).toContain('id_token=')
  })
})
