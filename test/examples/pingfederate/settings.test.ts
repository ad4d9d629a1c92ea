import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../support/test-server.ts'
import { type Answer, type Console, consoleOf, requestToken, type Sent, send } from './console.ts'

const sample = { client_name: 'X', redirect_uris: ['https://example.org/app1'], grant_types: ['authorization_code'] }
const one = {
  client_name: 'Example Org Sample One',
  redirect_uris: ['https://example.org/app1', 'https://example.org/appM'],
  scope: 'email phone',
  grant_types: ['authorization_code'],
}
const wordsOf = (scope: unknown) => String(scope).split(' ').sort()

/** The settings screens (reference documents 000 and 001) and the examples of the documentation: R0.01 to R0.29. */
describe('the registration settings of PingFederate (examples/pingfederate.yaml)', () => {
  let server: TestServer
  let admin: Console
  beforeAll(async () => {
    server = await startTestServer({ file: 'examples/pingfederate.yaml' })
    admin = consoleOf(server)
  })
  afterAll(() => server?.stop())
  const register = (sent: Sent = {}) => send(`${server.url}/as/clients.oauth2`, { body: one, ...sent })

  it('is off until somebody switches it on, and then answers at once (R0.01, R0.02)', async () => {
    const { settings } = (await admin.get('/registration-settings')) as { settings: Answer }
    expect(settings['enabled']).toBe(false)
    const answer = await register({ body: sample })
    expect(answer.status).toBe(404)
    expect(answer.body).toHaveProperty('error')
    expect(await admin.countClients()).toBe(0)
    expect(await discovery()).not.toHaveProperty('registration_endpoint')
    await admin.settings({})
    expect(await discovery()).toHaveProperty('registration_endpoint')
    expect((await register({ body: sample })).status).toBe(201)
  })

  it('saves settings and stays inactive while clients would not be kept, and answers once they would (R0.03, R0.04)', async () => {
    const temporary = await startTestServer({
      file: 'examples/pingfederate.yaml',
      change: (configuration) => ({ ...configuration, database: 'temporary' }),
    })
    try {
      await consoleOf(temporary).settings({})
      expect((await send(`${temporary.url}/as/clients.oauth2`, { body: sample })).status).toBe(404)
    } finally {
      await temporary.stop()
    }
    await admin.settings({})
    expect((await register({ body: sample })).status).toBe(201)
  })

  it('refuses to require an initial access token with a scope that is not there (R0.05)', async () => {
    const problem = await admin.settings({ initialAccessTokenRequired: true, initialAccessTokenScopes: ['doesNotExist'] }, 422)
    expect(problem['errors']).toMatchObject([{ pointer: expect.stringContaining('initialAccessTokenScopes') }])
  })

  it('takes, returns and finds an extended property, and one value of a single-valued one only (R0.06)', async () => {
    await admin.post('/extended-properties', { name: 'tpp_id', description: 'd', multiValued: false })
    const answer = await register({ body: { ...one, tpp_id: '42' } })
    expect(answer).toMatchObject({ status: 201, body: { tpp_id: '42' } })
    const several = await register({ body: { ...one, tpp_id: ['1', '2'] } })
    expect(several).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
    const found = await admin.get(`/clients?property=${encodeURIComponent('tpp_id=42')}`)
    expect(found['items']).toMatchObject([{ client_id: answer.body['client_id'] }])
  })

  it('registers the first example of the documentation, with the members of the product (R0.10)', async () => {
    const { status, body, headers } = await register()
    expect(status).toBe(201)
    expect(headers.get('cache-control')).toContain('no-store')
    expect(body).toMatchObject({
      client_id: expect.stringMatching(/^dc-[0-9A-Za-z]{22,25}$/),
      client_name: one.client_name,
      redirect_uris: one.redirect_uris,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
      client_secret: expect.stringMatching(/^[0-9A-Za-z_-]{22,}$/),
      client_secret_expires_at: 0,
      validate_using_all_eligible_atms: false,
      refresh_token_rolling_policy: 'server_default',
      persistent_grant_expiration_type: 'server_default',
      grant_access_session_revocation_api: false,
      grant_access_session_management_api: false,
    })
    expect(wordsOf(body['scope'])).toEqual(['email', 'phone'])
    expect(body).not.toHaveProperty('registration_access_token')
  })

  it('answers a scope that may not be had with exactly the body of the second example (R0.11)', async () => {
    await admin.settings({ allowedScopes: ['email', 'phone'] })
    const two = { ...one, client_name: 'Example Org Sample Two', redirect_uris: ['https://example.org/app2'], scope: 'profile' }
    const answer = await register({ body: { ...two, grant_types: ['authorization_code', 'refresh_token'] } })
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({ error: 'invalid_client_metadata', error_description: 'The requested scope is invalid.' })
  })

  it('wants an access token with the scope, or with a group of it, and words it as the product does (R0.12 to R0.14)', async () => {
    await admin.post('/scopes', { name: 'dCR', exclusive: true })
    await admin.post('/scopes', { name: 'other', exclusive: true })
    await admin.post('/scope-groups', { name: 'registrars', scopes: ['dCR'], exclusive: true })
    const developer = await admin.post('/clients', {
      client_id: 'developer',
      grant_types: ['client_credentials'],
      scope: 'dCR other registrars',
    })
    const tokenFor = async (scope: string) => {
      const form = { grant_type: 'client_credentials', scope }
      const basic = Buffer.from(`developer:${developer['client_secret']}`).toString('base64')
      const answer = await fetch(`${server.url}/as/token.oauth2`, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}` },
        body: new URLSearchParams(form),
      })
      return String(((await answer.json()) as Answer)['access_token'])
    }
    await admin.settings({ initialAccessTokenRequired: true, initialAccessTokenScopes: ['dCR'] })
    const three = { ...one, client_name: 'Example Org Sample Three', redirect_uris: ['https://example.org/app3'] }
    expect((await register({ token: await tokenFor('dCR'), body: three })).status).toBe(201)
    const before = await admin.countClients()
    for (const token of [undefined, await tokenFor('other'), 'expired-or-unknown']) {
      const refused = await register({ ...(token === undefined ? {} : { token }), body: three })
      expect(refused.status).toBe(401)
      expect(refused.body).toEqual({
        error: 'invalid_access_token',
        error_description: 'Please provide a valid Access Token with the correct scope',
      })
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
    expect(await admin.countClients()).toBe(before)
    await admin.settings({ initialAccessTokenRequired: true, initialAccessTokenScopes: ['registrars'] })
    expect((await register({ token: await tokenFor('registrars'), body: three })).status).toBe(201)
  })

  it.each(['GET', 'PUT', 'DELETE'])('answers %s at the registration endpoint with 405 (R0.15)', async (method) => {
    const answer = await send(`${server.url}/as/clients.oauth2`, { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('reads, updates and rotates with client management on (R0.20 to R0.23, R0.26)', async () => {
    await admin.settings({ managementEnabled: true })
    const { body } = await register()
    const uri = `${server.url}/as/clients.oauth2/${body['client_id']}`
    expect(body['registration_client_uri']).toBe(uri)
    const token = String(body['registration_access_token'])
    const read = await send(uri, { method: 'GET', token })
    expect(read).toMatchObject({ status: 200, body: { client_name: one.client_name, redirect_uris: one.redirect_uris } })
    const renamed = { client_id: body['client_id'], client_name: 'renamed', redirect_uris: one.redirect_uris, scope: 'email' }
    expect(await send(uri, { method: 'PUT', token, body: renamed })).toMatchObject({
      status: 200,
      body: { client_name: 'renamed', scope: 'email', grant_types: ['authorization_code'] },
    })
    expect((await send(uri, { method: 'GET', token: 'another' })).status).toBe(401)
  })

  it('rotates secret and token on read and update, the old secret good for the retention and the old token not (R0.23)', async () => {
    const rotating = { rotateClientSecret: 'on-read-and-update', rotateRegistrationAccessToken: 'on-read-and-update' }
    const retaining = { clientSecretGraceSeconds: 600, registrationAccessTokenGraceSeconds: 0 }
    await admin.settings({ managementEnabled: true, ...rotating, ...retaining })
    const machine = { client_name: 'm', grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_post' }
    const { body: first } = await register({ body: machine })
    const uri = String(first['registration_client_uri'])
    const read = await send(uri, { method: 'GET', token: String(first['registration_access_token']) })
    expect(read.status).toBe(200)
    for (const member of ['client_secret', 'registration_access_token']) {
      expect(read.body[member]).toEqual(expect.stringMatching(/.+/))
      expect(read.body[member]).not.toBe(first[member])
    }
    expect((await send(uri, { method: 'GET', token: String(first['registration_access_token']) })).status).toBe(401)
    const credentials = (secret: unknown) => ({ client_id: String(first['client_id']), client_secret: String(secret) })
    const form = { grant_type: 'client_credentials' }
    expect((await requestToken(server.url, { ...form, ...credentials(first['client_secret']) })).status).toBe(200)
    expect((await requestToken(server.url, { ...form, ...credentials(read.body['client_secret']) })).status).toBe(200)
  })

  it('lets clients delete themselves only where that is allowed (R0.24, R0.25)', async () => {
    await admin.settings({ managementEnabled: true, deletionAllowed: false })
    const machine = { client_name: 'm', grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_post' }
    const { body } = await register({ body: machine })
    const uri = String(body['registration_client_uri'])
    const token = String(body['registration_access_token'])
    expect([403, 405]).toContain((await send(uri, { method: 'DELETE', token })).status)
    expect((await send(uri, { method: 'GET', token })).status).toBe(200)
    await admin.settings({ managementEnabled: true, deletionAllowed: true })
    expect(await send(uri, { method: 'DELETE', token })).toMatchObject({ status: 204, body: {} })
    expect((await send(uri, { method: 'GET', token })).status).toBe(401)
    const form = { client_id: String(body['client_id']), client_secret: String(body['client_secret']) }
    expect(await requestToken(server.url, { grant_type: 'client_credentials', ...form })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    })
  })

  describe('scope constraints (R0.27)', () => {
    const common = ['email', 'openid', 'phone', 'profile']
    it.each([
      ['unrestricted', {}, undefined, common],
      ['unrestricted', {}, 'email', ['email']],
      ['unrestricted', {}, 'dCR', 'refused'],
      ['restricted to nothing', { allowedScopes: [] }, undefined, []],
      ['restricted to nothing', { allowedScopes: [] }, 'email', 'refused'],
      ['restricted to a list', { allowedScopes: ['email'] }, undefined, []],
      ['restricted to a list', { allowedScopes: ['email'] }, 'email', ['email']],
      ['restricted to a list', { allowedScopes: ['email'] }, 'phone', 'refused'],
      ['with an exclusive scope', { allowedExclusiveScopes: ['dCR'] }, undefined, common],
      ['with an exclusive scope', { allowedExclusiveScopes: ['dCR'] }, 'dCR', ['dCR']],
      ['with an exclusive scope', { allowedExclusiveScopes: ['dCR'] }, 'other', 'refused'],
    ] as const)('%s %j and scope %s gives %j', async (_name, settings, scope, expected) => {
      await admin.settings(settings)
      const { scope: _, ...without } = one
      const answer = await register({ body: scope === undefined ? without : { ...without, scope } })
      if (expected === 'refused') {
        expect(answer).toMatchObject({ status: 400, body: { error_description: 'The requested scope is invalid.' } })
      } else {
        expect(answer.status).toBe(201)
        expect(wordsOf(answer.body['scope'] ?? '').filter((word) => word !== '')).toEqual([...expected])
      }
    })
  })

  it('does without registration access tokens only where a policy guards management (R0.28)', async () => {
    const without = { managementEnabled: true, registrationAccessTokens: 'disabled' }
    await admin.settings(without, 422)
    await admin.post('/scopes', { name: 'cdr:registration' })
    const guard = { id: 'guard', policy: 'management-by-access-token', options: { scopes: ['cdr:registration'] } }
    await admin.post('/policies', guard)
    await admin.settings(without)
    const machine = { client_name: 'm', grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_post' }
    const { body } = await register({ body: { ...machine, scope: 'cdr:registration email' } })
    expect(body).not.toHaveProperty('registration_access_token')
    const uri = String(body['registration_client_uri'])
    const credentials = { client_id: String(body['client_id']), client_secret: String(body['client_secret']) }
    const tokenFor = async (scope: string) =>
      String((await requestToken(server.url, { grant_type: 'client_credentials', scope, ...credentials })).body['access_token'])
    const token = await tokenFor('cdr:registration')
    expect((await send(uri, { method: 'GET', token })).status).toBe(200)
    const refused = await send(uri, { method: 'GET', token: await tokenFor('email') })
    expect(refused).toMatchObject({ status: 401, body: { error: 'invalid_access_token' } })
    const changed = { client_id: body['client_id'], ...machine, client_name: 'n', scope: 'cdr:registration email' }
    expect((await send(uri, { method: 'PUT', token, body: changed })).status).toBe(200)
    expect((await send(uri, { method: 'DELETE', token })).status).toBe(204)
    await admin.remove('/policies/guard', 409)
    await admin.settings({})
    await admin.remove('/policies/guard')
  })

  it('constrains response types, and keeps a policy that is in use (R0.29)', async () => {
    const types = await admin.get('/policy-types')
    expect((types['items'] as readonly Answer[]).map(({ name }) => name)).toContain('response-types')
    const instance = { id: 'types', policy: 'response-types', options: { allowed: ['code'] } }
    await admin.post('/policies', instance)
    const implicit = { ...one, response_types: ['token'], grant_types: ['implicit'] }
    expect((await register({ body: implicit })).status).toBe(400)
    expect((await register({ body: { ...one, response_types: ['code'] } })).status).toBe(201)
    await admin.remove('/policies/types')
    expect((await register({ body: implicit })).status).toBe(201)
  })

  async function discovery(): Promise<Answer> {
    return (await fetch(`${server.url}/.well-known/openid-configuration`)).json() as Promise<Answer>
  }
})
