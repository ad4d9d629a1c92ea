import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changingRealm } from '../../support/change-realm.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'

type Answer = Readonly<Record<string, unknown>>

const machine = {
  client_name: 'Nightly job',
  grant_types: ['client_credentials'],
  scope: 'email',
  token_endpoint_auth_method: 'client_secret_post',
}

describe('a realm that speaks every dialect at once', () => {
  let server: TestServer
  beforeAll(async () => {
    const dialects = ['simpleidserver', 'pingfederate', 'pingam']
    const speak = changingRealm((realm) => ({ ...realm, base: { ...realm.base, dialects } }))
    server = await startTestServer({ change: speak })
  })
  afterAll(() => server?.stop())

  async function call(path: string, { form, json, token, method = 'POST' }: Sent = {}) {
    const body = bodyOf({ form, json })
    const answer = await fetch(path.startsWith('http') ? path : `${server.url}${path}`, {
      method,
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body }),
    })
    const text = await answer.text()
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Answer }
  }

  const am = '/am/oauth2/realms/root/realms/default'

  it.each([
    { path: '/register', form: /^[0-9a-f-]{36}$/, uri: '/', member: 'create_datetime' },
    { path: '/as/clients.oauth2', form: /^dc-/, uri: '/as/clients.oauth2/', member: 'refresh_token_rolling_policy' },
    { path: `${am}/register`, form: /^[0-9a-f-]{36}$/, uri: `${am}/register?client_id=`, member: 'client_type' },
  ])('registers in the words of the vendor at $path', async ({ path, form, uri, member }) => {
    const { status, body } = await call(path, { json: machine })
    expect(status).toBe(201)
    const id = String(body['client_id'])
    expect(id).toMatch(form)
    expect(body).toHaveProperty(member)
    expect(body['registration_client_uri']).toBe(`${server.url}${uri}${id}`)
    const token = String(body['registration_access_token'])
    expect((await call(String(body['registration_client_uri']), { method: 'GET', token })).status).toBe(200)
  })

  it.each([
    ['/token', '/token_info'],
    ['/as/token.oauth2', '/as/introspect.oauth2'],
    [`${am}/access_token`, `${am}/introspect`],
    ['/am/oauth2/default/access_token', '/am/oauth2/default/introspect'],
  ])('issues a token at %s and knows it at %s, whoever registered the client', async (tokenPath, introspectionPath) => {
    for (const registration of ['/register', '/as/clients.oauth2', `${am}/register`]) {
      const { body: client } = await call(registration, { json: machine })
      const credentials = { client_id: String(client['client_id']), client_secret: String(client['client_secret']) }
      const { status, body } = await call(tokenPath, {
        form: { grant_type: 'client_credentials', scope: 'email', ...credentials },
      })
      expect(status).toBe(200)
      const told = await call(introspectionPath, { form: { token: String(body['access_token']), ...credentials } })
      expect(told.body).toMatchObject({ active: true, iss: server.url })
      expect('auditTrackingId' in told.body).toBe(introspectionPath.startsWith('/am'))
    }
  })

  it('lets every client be managed at the address of every dialect', async () => {
    const { body: client } = await call(`${am}/register`, { json: machine })
    const [id, token] = [client['client_id'], String(client['registration_access_token'])]
    for (const path of [`/register/${id}`, `/as/clients.oauth2/${id}`, `/${id}`, `${am}/register?client_id=${id}`]) {
      expect((await call(path, { method: 'GET', token })).status).toBe(200)
    }
  })

  it('discovers the same issuer wherever it is looked for', async () => {
    for (const path of ['', am, '/am/oauth2/default']) {
      const { body } = await call(`${path}/.well-known/openid-configuration`, { method: 'GET' })
      expect(body['issuer']).toBe(server.url)
    }
  })
})

interface Sent {
  readonly method?: string
  readonly token?: string
  readonly json?: object
  readonly form?: Readonly<Record<string, string>>
}

function bodyOf({ form, json }: { form: Sent['form'] | undefined; json: object | undefined }) {
  return json === undefined ? form && new URLSearchParams(form) : JSON.stringify(json)
}
