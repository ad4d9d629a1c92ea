import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changingRealm, withSettings } from '../../support/change-realm.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'

type Answer = Readonly<Record<string, unknown>>

const sample = {
  client_name: 'Example Org Sample One',
  redirect_uris: ['https://example.org/app1', 'https://example.org/appM'],
  scope: 'email profile',
  grant_types: ['authorization_code'],
}
const machine = { client_name: 'Nightly job', grant_types: ['client_credentials'], scope: 'email' }

describe('a whole server on PingFederate’s paths', () => {
  let server: TestServer
  beforeAll(async () => {
    const speak = changingRealm((realm) => ({ ...realm, base: { ...realm.base, dialects: ['pingfederate'] } }))
    const rotate = withSettings({
      rotateClientSecret: 'on-read-and-update',
      rotateRegistrationAccessToken: 'on-read-and-update',
      registrationAccessTokenGraceSeconds: 0,
    })
    server = await startTestServer({ change: (configuration) => rotate(speak(configuration)) })
  })
  afterAll(() => server?.stop())

  it('registers under an identifier of its own form, and tells where to manage it (R0.10, R0.20)', async () => {
    const { status, body, headers } = await register(sample)
    expect(status).toBe(201)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toMatchObject({
      client_id: expect.stringMatching(/^dc-[0-9A-Za-z]{22,25}$/),
      client_name: sample.client_name,
      redirect_uris: sample.redirect_uris,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
      client_secret: expect.stringMatching(/^[0-9A-Za-z_-]{22,}$/),
      client_secret_expires_at: 0,
      scope: expect.stringMatching(/^(email profile|profile email)$/),
      refresh_token_rolling_policy: 'server_default',
      registration_access_token: expect.stringMatching(/.+/),
      registration_client_uri: `${server.url}/as/clients.oauth2/${body['client_id']}`,
    })
  })

  it('shows no response types of a machine', async () => {
    expect((await register(machine)).body).not.toHaveProperty('response_types')
  })

  it('rotates secret and token on read and on update, and knows the old token no more (R0.21 to R0.23)', async () => {
    const { body: registered } = await register(sample)
    const read = await manage('GET', registered)
    expect(read.status).toBe(200)
    expect(read.body['client_secret']).not.toBe(registered['client_secret'])
    expect(read.body['registration_access_token']).not.toBe(registered['registration_access_token'])
    const old = await manage('GET', registered)
    expect([old.status, old.body['error']]).toEqual([401, 'invalid_access_token'])
    const { client_id } = registered
    const updated = await manage('PUT', read.body, { ...sample, client_id, client_name: 'renamed', scope: 'email' })
    expect(updated.status).toBe(200)
    expect(updated.body).toMatchObject({ client_id, client_name: 'renamed', scope: 'email' })
    expect(updated.body['client_secret']).not.toBe(read.body['client_secret'])
  })

  it('deletes, and knows neither the client nor its token any more (R0.25)', async () => {
    const { body: registered } = await register(machine)
    expect((await manage('DELETE', registered)).status).toBe(204)
    expect((await manage('GET', registered)).status).toBe(401)
    expect((await post('/as/token.oauth2', { grant_type: 'client_credentials' }, registered)).body['error']).toBe(
      'invalid_client',
    )
  })

  it('gives tokens, tells about them and revokes them', async () => {
    const { body: client } = await register(machine)
    const { status, body: token } = await post('/as/token.oauth2', { grant_type: 'client_credentials', scope: 'email' }, client)
    expect(status).toBe(200)
    const introspect = () => post('/as/introspect.oauth2', { token: String(token['access_token']) }, client)
    expect((await introspect()).body).toMatchObject({ active: true, client_id: client['client_id'] })
    expect((await post('/as/revoke_token.oauth2', { token: String(token['access_token']) }, client)).status).toBe(200)
    expect((await introspect()).body).toEqual({ active: false })
  })

  it('takes authorization requests at once, pushed and from a device', async () => {
    const { body: client } = await register(sample)
    const asked = {
      client_id: String(client['client_id']),
      response_type: 'code',
      redirect_uri: 'https://example.org/app1',
      scope: 'email',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    }
    const page = await fetch(`${server.url}/as/authorization.oauth2?${new URLSearchParams(asked)}`, { redirect: 'manual' })
    expect(page.headers.get('location')).toMatch(/\/interaction\//)
    expect((await post('/as/par.oauth2', asked, client)).body).toMatchObject({ request_uri: expect.stringMatching(/^urn:/) })
    const { body: device } = await register({ ...sample, grant_types: ['urn:ietf:params:oauth:grant-type:device_code'] })
    expect((await post('/as/device_authz.oauth2', { scope: 'email' }, device)).body).toMatchObject({
      user_code: expect.stringMatching(/.+/),
    })
    expect((await fetch(`${server.url}/as/user_authz.oauth2`)).status).toBe(200)
  })

  it('has keys, answers about people and an end of the session', async () => {
    expect(await (await fetch(`${server.url}/pf/JWKS`)).json()).toMatchObject({ keys: expect.any(Array) })
    expect((await fetch(`${server.url}/idp/userinfo.openid`)).status).toBe(401)
    for (const path of ['/idp/init_logout.openid', '/idp/startSLO.ping']) {
      expect((await fetch(`${server.url}${path}`)).status).toBe(200)
    }
  })

  it('advertises the canonical endpoints all the same', async () => {
    const discovery = (await (await fetch(`${server.url}/.well-known/openid-configuration`)).json()) as Answer
    expect(discovery['token_endpoint']).toBe(`${server.url}/token`)
    expect(discovery['registration_endpoint']).toBe(`${server.url}/register`)
  })

  it('refuses a scope in the words of its example (R0.11)', async () => {
    const { status, body } = await register({ ...sample, scope: 'no-such-scope' })
    expect(status).toBe(400)
    expect(body).toEqual({ error: 'invalid_client_metadata', error_description: 'The requested scope is invalid.' })
  })

  async function register(metadata: object) {
    return send(`${server.url}/as/clients.oauth2`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(metadata),
    })
  }

  async function manage(method: string, client: Answer, body?: object) {
    return send(String(client['registration_client_uri']), {
      method,
      headers: {
        authorization: `Bearer ${client['registration_access_token']}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
  }

  async function post(path: string, form: Readonly<Record<string, string>>, client: Answer) {
    const basic = Buffer.from(`${client['client_id']}:${client['client_secret']}`).toString('base64')
    return send(`${server.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams(form),
    })
  }
})

async function send(url: string, init: RequestInit): Promise<{ status: number; body: Answer; headers: Headers }> {
  const answer = await fetch(url, init)
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text), headers: answer.headers }
}
