import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, credentialsOf, provider, startTenant, type Tenant } from './tenant.ts'

const service = '/services/oauth-oidc'
const open = (isOpen: boolean) => ({ clientDynamicRegistrationConfig: { allowDynamicRegistration: isOpen } })

/** What the walk-through must not be got around by: R2.06. */
describe('what the tenant refuses (examples/pingone-aic.yaml)', () => {
  let tenant: Tenant
  let client: Answer
  beforeAll(async () => {
    tenant = await startTenant()
    await tenant.configure('PUT', service, provider)
    client = (await tenant.register()).body
  })
  afterAll(() => tenant?.stop())

  it.each([
    ['a scope outside the allowlist', { scopes: ['data-read', 'data-delete'] }, 'Invalid scopes requested.'],
    ['a scope that may register clients', { scopes: ['dynamic_client_registration'] }, 'Invalid scopes requested.'],
    ['default scopes beyond its scopes', { default_scopes: ['email'] }, 'Invalid default scopes requested.'],
    ['scope and scopes that differ', { scopes: ['data-read'], scope: 'data-write' }, 'scopes and scope differ'],
    ['scopes that are no list', { scopes: 'data-read data-write' }, 'scopes must be an array of strings'],
    [
      'a method that it does not have',
      { token_endpoint_auth_method: 'client_secret_jwt' },
      'Invalid token_endpoint_auth_method requested.',
    ],
    ['a client type that it does not have', { client_type: 'Trusted' }, 'Invalid client_type requested.'],
    ['a public client with a secret', { client_type: 'Public' }, 'client_type contradicts token_endpoint_auth_method'],
    [
      'a public client with ID tokens signed by its secret',
      {
        ...{ token_endpoint_auth_method: 'none', grant_types: ['authorization_code'], response_types: ['code'] },
        ...{ scopes: ['openid'], id_token_signed_response_alg: 'HS256' },
      },
      'id_token',
    ],
    ['what strangers would show people of the client', { client_uri: 'https://client.example.com/' }, 'client_uri'],
    ['a certificate that is none', { tls_client_auth_x509_cert: 'MIIB' }, 'tls_client_auth_x509_cert must be one certificate'],
  ])('refuses %s with invalid_client_metadata (R2.06)', async (_what, changes, told) => {
    const { status, body } = await tenant.register(changes)
    expect([status, body['error']]).toEqual([400, 'invalid_client_metadata'])
    expect(body['error_description']).toContain(told)
  })

  it('refuses a redirect URI with a fragment with invalid_redirect_uri', async () => {
    const changes = { grant_types: ['authorization_code'], response_types: ['code'], redirect_uris: ['https://example.com/#x'] }
    expect(await tenant.register(changes)).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } })
  })

  it('registers nobody without a token where registration is not open (R2.06)', async () => {
    await tenant.configure('PUT', service, open(false))
    for (const token of [undefined, 'unknown', await tenant.accessToken(client)]) {
      const { status, body } = await tenant.register({}, token)
      expect([status, body['error']]).toEqual([400, 'access_denied'])
      expect(body['error_description']).toMatch(/^Access Token not valid/)
    }
    await tenant.configure('PUT', service, open(true))
  })

  it('answers a call for no client with invalid_request', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect(await tenant.at('/register', { method })).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    }
  })

  it('introspects nothing for nobody (R2.06)', async () => {
    const form = { token: await tenant.accessToken(client) }
    expect(await tenant.at('/introspect', { form })).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })

  it('tells another client that the token is not active, unless it may introspect all (R2.06)', async () => {
    const token = await tenant.accessToken(client)
    const { body: other } = await tenant.register()
    const asked = (by: Answer) => tenant.at('/introspect', { form: { token, ...credentialsOf(by) } })
    expect(await asked(other)).toMatchObject({ status: 200, body: { active: false } })
    expect(Object.keys((await asked(other)).body)).toEqual(['active'])
    const { body: privileged } = await tenant.register({ scopes: ['am-introspect-all-tokens'] })
    expect((await asked(privileged)).body).toMatchObject({ active: true, client_id: client['client_id'] })
  })

  it('issues no scope beyond the registered ones, and none that nobody has heard of (R2.06)', async () => {
    const { body: reader } = await tenant.register({ scopes: ['data-read'] })
    for (const scope of ['data-write', 'data-read data-write', 'nonsense']) {
      const form = { grant_type: 'client_credentials', scope, ...credentialsOf(reader) }
      expect(await tenant.at('/access_token', { form })).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
    }
  })

  it('gives a request that names no scope the default scopes of the client, and none where it has none', async () => {
    const { body: plain } = await tenant.register()
    const { body: reader } = await tenant.register({ default_scopes: ['data-read'] })
    expect(reader['default_scopes']).toEqual(['data-read'])
    const grantTo = async (by: Answer) =>
      (await tenant.at('/access_token', { form: { grant_type: 'client_credentials', ...credentialsOf(by) } })).body
    expect(await grantTo(reader)).toMatchObject({ scope: 'data-read' })
    expect(await grantTo(plain)).not.toHaveProperty('scope')
  })

  it('gives values of a scope with a wildcard, and not the wildcard itself', async () => {
    const { body: identity } = await tenant.register({ scopes: ['fr:idm:*'] })
    const form = { grant_type: 'client_credentials', ...credentialsOf(identity) }
    const read = await tenant.at('/access_token', { form: { ...form, scope: 'fr:idm:read' } })
    expect(read).toMatchObject({ status: 200, body: { scope: 'fr:idm:read' } })
    const all = await tenant.at('/access_token', { form: { ...form, scope: 'fr:idm:*' } })
    expect(all).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
  })

  it('tells nothing of a token that is none in tokeninfo', async () => {
    for (const answer of [await tenant.at('/tokeninfo?access_token=none'), await tenant.at('/tokeninfo', { token: 'none' })]) {
      expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
    expect(await tenant.at('/tokeninfo')).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    const form = { id_token: await tenant.accessToken(client) }
    expect(await tenant.at('/idtokeninfo', { form })).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })
})
