import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { provider, send, startTenant, type Tenant } from './tenant.ts'

const service = '/services/oauth-oidc'
const open = { clientDynamicRegistrationConfig: { allowDynamicRegistration: true } }
const publishers = '/agents/SoftwarePublisher'
const secret = 'a-secret-of-the-publisher-that-is-long-enough'

describe('the administration of PingAM on the administrative listener (examples/pingone-aic.yaml)', () => {
  let tenant: Tenant
  const settings = async () =>
    ((await (await tenant.server.admin('GET', `/realms/${tenant.realm}/registration-settings`)).json()) as { settings: object })
      .settings
  const scopeNames = async () =>
    (
      (await (await tenant.server.admin('GET', `/realms/${tenant.realm}/scopes`)).json()) as { items: { name: string }[] }
    ).items.map(({ name }) => name)
  beforeAll(async () => {
    tenant = await startTenant()
  })
  afterAll(() => tenant?.stop())

  it.each([service, publishers, `${publishers}/any`])(
    'answers nobody without the administrator token, and no realm of another dialect (%s)',
    async (path) => {
      const base = `${tenant.server.adminUrl}/am/json/realms/root/realms`
      expect((await send(`${base}/${tenant.realm}/realm-config${path}`)).status).toBe(401)
      expect((await send(`${base}/${tenant.realm}/realm-config${path}`, { token: 'another' })).status).toBe(401)
      const elsewhere = await send(`${base}/default/realm-config${path}`, { token: tenant.server.adminToken })
      expect(elsewhere).toMatchObject({ status: 404, body: { code: 'realm_not_found' } })
    },
  )

  it('tells what is decided where, and takes back what it told', async () => {
    const { status, body } = await tenant.configure('GET', service)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      _type: { _id: 'oauth-oidc' },
      coreOAuth2Config: { accessTokenLifetime: 3600, refreshTokenLifetime: 604_800, codeLifetime: 120 },
      coreOIDCConfig: { oidcDiscoveryEndpointEnabled: true },
      advancedOAuth2Config: { defaultScopes: [], codeVerifierEnforced: 'public' },
      clientDynamicRegistrationConfig: {
        allowDynamicRegistration: false,
        dynamicClientRegistrationSoftwareStatementRequired: false,
        requiredSoftwareStatementAttestedAttributes: [],
        generateRegistrationAccessTokens: true,
        dynamicClientRegistrationScope: '',
      },
    })
    const before = await settings()
    const again = await tenant.configure('PUT', service, body)
    expect(again).toMatchObject({ status: 200, body })
    expect(await settings()).toEqual(before)
  })

  it('names what it does not have, and does the rest', async () => {
    const answer = await tenant.configure('PUT', service, {
      advancedOAuth2Config: { defaultScopes: ['openid'], usePolicyEngineForScope: true },
      consent: { clientsCanSkipConsent: true },
    })
    expect(answer.status).toBe(200)
    expect(answer.body['_ignored']).toEqual(['/advancedOAuth2Config/usePolicyEngineForScope', '/consent/clientsCanSkipConsent'])
    expect(await settings()).toMatchObject({ defaultScopes: ['openid'] })
  })

  it.each([
    ['a value of another type', { clientDynamicRegistrationConfig: { allowDynamicRegistration: 'yes' } }, 400, 'true or false'],
    ['what the file decides', { advancedOAuth2Config: { grantTypes: ['password'] } }, 409, '`grants` of the realm'],
    ['a script', { clientDynamicRegistrationConfig: { dynamicClientRegistrationScript: 'a-script' } }, 409, 'policies'],
    ['a scope that is none', { advancedOAuth2Config: { supportedScopes: ['fine', 'two words'] } }, 422, 'scope'],
    ['a default that is no scope', { advancedOAuth2Config: { supportedScopes: ['new'], defaultScopes: ['none'] } }, 422, 'none'],
  ])('refuses %s, and keeps nothing of the request', async (_what, body, status, told) => {
    const before = [await settings(), await scopeNames()]
    const answer = await tenant.configure('PUT', service, body)
    expect(answer.status).toBe(status)
    expect(JSON.stringify(answer.body)).toContain(told)
    expect([await settings(), await scopeNames()]).toEqual(before)
  })

  it('makes scopes of the allowlist, with their descriptions, and leaves those of the file alone', async () => {
    const supportedScopes = ['openid', 'plain', 'described|Read it', 'localised|en|Change it', 'odd:*|Anything odd']
    const { status, body } = await tenant.configure('PUT', service, { advancedOAuth2Config: { supportedScopes } })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      advancedOAuth2Config: {
        supportedScopes: ['openid|Sign you in', 'plain', 'described|Read it', 'localised|Change it', 'odd:*|Anything odd'],
      },
    })
    const list = (await (await tenant.server.admin('GET', `/realms/${tenant.realm}/scopes`)).json()) as {
      items: { name: string }[]
    }
    const find = (name: string) => list.items.find((scope) => scope.name === name)
    expect(find('odd:*')).toMatchObject({ dynamic: true, exclusive: false, provisioned: false })
    expect(find('openid')).toMatchObject({ provisioned: true })
    const redescribed = { advancedOAuth2Config: { supportedScopes: ['openid|Changed', 'described|Read all'] } }
    await tenant.configure('PUT', service, redescribed)
    const after = await tenant.configure('GET', service)
    expect(after.body).toMatchObject({
      advancedOAuth2Config: { supportedScopes: ['openid|Sign you in', 'described|Read all'] },
    })
    await tenant.configure('PUT', service, provider)
  })

  it('leaves what it does in the audit trail, as our own API does', async () => {
    await tenant.configure('PUT', service, { clientDynamicRegistrationConfig: { generateRegistrationAccessTokens: false } })
    const { items } = (await (await tenant.server.admin('GET', `/realms/${tenant.realm}/audit-events`)).json()) as {
      items: { type: string; actor: string; details: object }[]
    }
    expect(items[0]).toMatchObject({
      type: 'registration-settings.changed',
      actor: 'administrator',
      details: { changed: ['registrationAccessTokens'] },
    })
    await tenant.configure('PUT', service, { clientDynamicRegistrationConfig: { generateRegistrationAccessTokens: true } })
  })

  it('cannot change what the configuration file owns', async () => {
    const path = `${tenant.server.adminUrl}/am/json/realms/root/realms/${tenant.bravo}/realm-config${service}`
    const token = tenant.server.adminToken
    const json = { clientDynamicRegistrationConfig: { allowDynamicRegistration: false } }
    expect(await send(path, { method: 'PUT', token, json })).toMatchObject({ status: 409, body: { code: 'provisioned' } })
    const same = { clientDynamicRegistrationConfig: { allowDynamicRegistration: true } }
    expect((await send(path, { method: 'PUT', token, json: same })).status).toBe(200)
  })

  it('changes what a realm is made of that an administrator has made', async () => {
    const definition = {
      ...{ dialects: ['pingam'], grants: ['authorization_code'], pkce: 'public' },
      tokens: { accessTokenLifetimeSeconds: 600 },
    }
    const made = await tenant.server.admin('POST', '/realms', { name: 'gamma', ...definition })
    expect(made.status).toBe(201)
    const path = `${tenant.server.adminUrl}/am/json/realms/root/realms/gamma/realm-config${service}`
    const token = tenant.server.adminToken
    const grantTypes = ['authorization_code', 'client_credentials', 'urn:ietf:params:oauth:grant-type:device_code']
    const json = { advancedOAuth2Config: { grantTypes }, coreOAuth2Config: { accessTokenLifetime: 300 } }
    const { status, body } = await send(path, { method: 'PUT', token, json: { ...json, ...open } })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      coreOAuth2Config: { accessTokenLifetime: 300 },
      clientDynamicRegistrationConfig: { allowDynamicRegistration: true },
    })
    expect((body['advancedOAuth2Config'] as typeof json.advancedOAuth2Config).grantTypes.toSorted()).toEqual(
      grantTypes.toSorted(),
    )
    const wrong = { coreOAuth2Config: { accessTokenLifetime: 400 }, advancedOAuth2Config: { defaultScopes: ['none'] } }
    expect((await send(path, { method: 'PUT', token, json: wrong })).status).toBe(422)
    expect((await send(path, { token })).body).toMatchObject({ coreOAuth2Config: { accessTokenLifetime: 300 } })
    const machine = { grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_post' }
    const registered = await send(`${tenant.server.url}/am/oauth2/realms/root/realms/gamma/register`, { json: machine })
    expect(registered).toMatchObject({ status: 201, body: { grant_types: ['client_credentials'] } })
  })

  it('makes, tells, changes and removes a software publisher', async () => {
    const path = `${publishers}/directory`
    expect((await tenant.configure('GET', path)).status).toBe(404)
    const jwksUri = 'https://directory.example.com/jwks'
    const made = await tenant.configure('PUT', path, {
      issuer: { inherited: false, value: 'https://directory.example.com' },
      softwareStatementSigningAlgorithm: { inherited: false, value: 'PS256' },
      publicKeyLocation: { inherited: false, value: 'jwks_uri' },
      jwksUri: { inherited: false, value: jwksUri },
      jwksCacheTimeout: { inherited: false, value: 3_600_000 },
    })
    expect(made).toMatchObject({
      status: 201,
      body: { _id: 'directory', jwksUri: { value: jwksUri }, _ignored: ['/jwksCacheTimeout'] },
    })
    const { status, body } = await tenant.configure('PUT', path, { issuer: 'https://directory.example.com', jwksUri })
    expect(status).toBe(200)
    expect(body).toMatchObject({ softwareStatementSigningAlgorithm: { value: 'PS256' } })
    const shared = { softwareStatementSigningAlgorithm: 'HS256', userpassword: secret }
    expect((await tenant.configure('PUT', path, shared)).status).toBe(200)
    const kept = await tenant.configure('PUT', path, { issuer: 'https://renamed.example.com' })
    expect(kept).toMatchObject({ status: 200, body: { softwareStatementSigningAlgorithm: { value: 'HS256' } } })
    expect(JSON.stringify(kept.body)).not.toContain(secret)
    const list = await tenant.configure('GET', `${publishers}?_queryFilter=true`)
    expect(list.body).toMatchObject({ resultCount: 1, result: [{ _id: 'directory' }] })
    expect((await tenant.configure('DELETE', path)).status).toBe(200)
    expect((await tenant.configure('DELETE', path)).status).toBe(404)
  })

  it.each([
    [
      'without a secret for HMAC',
      { issuer: 'https://p.example', softwareStatementSigningAlgorithm: 'HS256' },
      400,
      '/userpassword',
    ],
    ['without keys', { issuer: 'https://p.example', softwareStatementSigningAlgorithm: 'PS256' }, 400, '/jwksUri'],
    ['with keys that are none', { issuer: 'https://p.example', publicKeyLocation: 'jwks', jwkSet: '{' }, 400, '/jwkSet'],
    ['without an issuer', { softwareStatementSigningAlgorithm: 'HS256', userpassword: secret }, 422, 'issuer'],
    [
      'with an algorithm that is none',
      { issuer: 'https://p.example', softwareStatementSigningAlgorithm: 'XX', jwksUri: 'x' },
      422,
      '',
    ],
  ])('refuses a software publisher %s', async (_what, body, status, told) => {
    const answer = await tenant.configure('PUT', `${publishers}/bad`, body)
    expect(answer.status).toBe(status)
    expect(JSON.stringify(answer.body['errors'])).toContain(told)
    expect((await tenant.configure('GET', `${publishers}/bad`)).status).toBe(404)
  })
})
