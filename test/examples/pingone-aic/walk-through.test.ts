import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, chatbot, credentialsOf, provider, startTenant, type Tenant } from './tenant.ts'

const service = '/services/oauth-oidc'
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
const text = expect.stringMatching(/.+/)

/** Reference document 003, in its order: R2.01 to R2.07. */
describe('onboarding by PingOne Advanced Identity Cloud (examples/pingone-aic.yaml)', () => {
  let tenant: Tenant
  let client: Answer
  let token: Answer
  beforeAll(async () => {
    tenant = await startTenant()
  })
  afterAll(() => tenant?.stop())

  it('registers nobody before an administrator has opened registration', async () => {
    expect((await tenant.register()).status).toBe(404)
  })

  it('takes the settings and the allowlist of the provider service (R2.01)', async () => {
    const before = await tenant.configure('GET', service)
    const { grantTypes } = before.body['advancedOAuth2Config'] as { grantTypes: readonly string[] }
    expect(grantTypes).toContain('client_credentials')
    const body = { ...provider, advancedOAuth2Config: { ...provider.advancedOAuth2Config, grantTypes } }
    const answer = await tenant.configure('PUT', service, body)
    expect(answer).toMatchObject({ status: 200, body: { clientDynamicRegistrationConfig: { allowDynamicRegistration: true } } })
    expect(answer.body).not.toHaveProperty('_ignored')
  })

  it('tells the allowlist and the registration endpoint in discovery (R2.02)', async () => {
    const { status, body } = await tenant.at('/.well-known/openid-configuration')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      request_parameter_supported: true,
      issuer: tenant.am,
      registration_endpoint: `${tenant.am}/register`,
    })
    expect([...(body['scopes_supported'] as readonly string[])].sort()).toEqual(
      [...provider.advancedOAuth2Config.supportedScopes].sort(),
    )
  })

  it('registers the client as it is asked to (R2.03)', async () => {
    const answer = await tenant.register()
    expect(answer.status).toBe(201)
    expect(answer.headers.get('cache-control')).toContain('no-store')
    client = answer.body
    expect(client).toMatchObject({
      client_id: uuid,
      client_secret: text,
      client_secret_expires_at: 0,
      client_type: 'Confidential',
      ...{ grant_types: chatbot.grant_types, response_types: chatbot.response_types },
      ...{ redirect_uris: chatbot.redirect_uris, token_endpoint_auth_method: 'client_secret_post' },
    })
    expect(client['scopes']).toEqual(chatbot.scopes)
    expect(client['scope']).toBe('data-read data-write')
  })

  it('gives it an access token that is a JWT (R2.04)', async () => {
    const form = { grant_type: 'client_credentials', scope: 'data-read', ...credentialsOf(client) }
    const answer = await tenant.at('/access_token', { form })
    expect(answer.status).toBe(200)
    token = answer.body
    expect(token).toMatchObject({ access_token: expect.stringMatching(/^ey/), scope: 'data-read', token_type: 'Bearer' })
    expect(Math.abs(Number(token['expires_in']) - 3599)).toBeLessThanOrEqual(2)
  })

  it('tells the client who it is when it introspects the token (R2.05)', async () => {
    const form = { token: String(token['access_token']), ...credentialsOf(client) }
    const { status, body } = await tenant.at('/introspect', { form })
    expect(status).toBe(200)
    const id = client['client_id']
    expect(body).toMatchObject({
      active: true,
      scope: 'data-read',
      realm: `/${tenant.realm}`,
      ...{ client_id: id, user_id: id, username: id, sub: id, subname: id },
      token_type: 'Bearer',
      exp: expect.any(Number),
      iss: tenant.am,
      authGrantId: text,
      auditTrackingId: text,
    })
    expect(Math.abs(Number(body['expires_in']) - 3599)).toBeLessThanOrEqual(300)
  })

  it('tells about the token in tokeninfo, whichever way it is sent (R2.07)', async () => {
    const value = String(token['access_token'])
    const told = { client_id: client['client_id'], grant_type: 'client_credentials', scope: ['data-read'] }
    for (const answer of [await tenant.at(`/tokeninfo?access_token=${value}`), await tenant.at('/tokeninfo', { token: value })]) {
      expect(answer).toMatchObject({ status: 200, body: { ...told, sub: client['client_id'], aud: text } })
    }
  })
})
