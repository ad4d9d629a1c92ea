import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, chatbot, provider, startTenant, type Tenant } from './tenant.ts'

const form = ['--header', 'Content-Type: application/x-www-form-urlencoded']
const fields = (values: Readonly<Record<string, unknown>>) =>
  Object.entries(values).flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`])

/** Reference document 003 as it is printed: its commands, with only the host and what it has one fill in replaced. */
describe('the commands of the reference document (003)', () => {
  let tenant: Tenant
  let client: Answer
  let token: Answer
  beforeAll(async () => {
    tenant = await startTenant()
  })
  afterAll(() => tenant?.stop())

  async function curl(...args: readonly string[]): Promise<Answer> {
    const { stdout } = await promisify(execFile)('curl', ['--silent', '--show-error', '--fail-with-body', ...args])
    return JSON.parse(stdout) as Answer
  }

  it('configures the provider service (task 1)', async () => {
    const answer = await curl(
      ...['--request', 'PUT', '--header', `Authorization: Bearer ${tenant.server.adminToken}`],
      `${tenant.server.adminUrl}/am/json/realms/root/realms/${tenant.realm}/realm-config/services/oauth-oidc`,
      ...['--header', 'Content-Type: application/json', '--header', 'Accept-API-Version: resource=1.0'],
      ...['--data', JSON.stringify(provider)],
    )
    expect(answer['clientDynamicRegistrationConfig']).toMatchObject({ allowDynamicRegistration: true })
  })

  it('gets the OpenID Connect configuration (task 2)', async () => {
    const answer = await curl('--request', 'GET', `${tenant.am}/.well-known/openid-configuration`)
    expect(answer).toMatchObject({ request_parameter_supported: true, registration_endpoint: `${tenant.am}/register` })
  })

  it('registers a dynamic client (task 3)', async () => {
    const json = ['--header', 'Content-Type: application/json', '--data', JSON.stringify(chatbot, null, 4)]
    client = await curl('--request', 'POST', `${tenant.am}/register`, ...json)
    const { token_endpoint_auth_method: _sent, ...printed } = chatbot
    expect(client).toMatchObject({ ...printed, client_secret: expect.stringMatching(/.+/) })
  })

  it('gets an access token of the client (task 4, step 1)', async () => {
    const { client_id, client_secret } = client
    const values = { grant_type: 'client_credentials', client_id, client_secret, scope: 'data-read' }
    token = await curl('--request', 'POST', `${tenant.am}/access_token`, ...form, ...fields(values))
    expect(token).toMatchObject({ access_token: expect.stringMatching(/^ey/), scope: 'data-read', token_type: 'Bearer' })
  })

  it('introspects the access token (task 4, step 2)', async () => {
    const { client_id, client_secret } = client
    const values = { token: token['access_token'], client_id, client_secret }
    const answer = await curl('--request', 'POST', `${tenant.am}/introspect`, ...form, ...fields(values))
    expect(Object.keys(answer)).toEqual(
      expect.arrayContaining([
        ...['active', 'scope', 'realm', 'client_id', 'user_id', 'username', 'token_type', 'exp', 'sub', 'iss', 'subname'],
        ...['authGrantId', 'auditTrackingId', 'expires_in'],
      ]),
    )
    expect(answer).toMatchObject({
      active: true,
      realm: `/${tenant.realm}`,
      iss: tenant.am,
      user_id: client_id,
      subname: client_id,
    })
  })
})
