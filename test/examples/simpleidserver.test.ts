import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../support/test-server.ts'

type Answer = Readonly<Record<string, unknown>>

const minimalClient = { grant_types: ['client_credentials'], scope: 'openid profile', redirect_uris: ['https://tmp.com'] }
const anyString = expect.stringMatching(/.+/)
const isoDate = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/)

describe('the walk-through of SimpleIdServer (examples/simpleidserver.yaml)', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ file: 'examples/simpleidserver.yaml' })
  })
  afterAll(() => server?.stop())

  it('gives registerClient an access token for the scope register (R3.01)', async () => {
    const answer = await requestToken({ client_id: 'registerClient', client_secret: 'password', scope: 'register' })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ access_token: anyString, token_type: 'Bearer', scope: 'register', expires_in: 1800 })
  })

  it('registers a minimal client and answers with every member of the walk-through (R3.02)', async () => {
    const { status, body, headers } = await register()
    expect(status).toBe(201)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toMatchObject({
      client_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      client_secret: anyString,
      registration_access_token: anyString,
      ...minimalClient,
      scope: expect.stringMatching(/^(openid profile|profile openid)$/),
      token_endpoint_auth_method: 'client_secret_post',
      response_types: ['code'],
      contacts: [],
      update_datetime: isoDate,
      create_datetime: isoDate,
      token_expiration_time_seconds: 1800,
      refresh_token_expiration_time_seconds: 1800,
      jwks: { keys: [] },
      token_signed_response_alg: 'RS256',
      token_encrypted_response_alg: 'RSA1_5',
      token_encrypted_response_enc: 'A128CBC-HS256',
      post_logout_redirect_uris: [],
      preferred_token_profile: 'Bearer',
      subject_type: 'public',
      id_token_signed_response_alg: 'RS256',
      backchannel_user_code_parameter: false,
      frontchannel_logout_session_required: false,
      backchannel_logout_session_required: false,
      tls_client_certificate_bound_access_token: false,
      application_type: 'web',
      require_auth_time: false,
      authorization_signed_response_alg: 'RS256',
      authorization_data_types: [],
      is_consent_disabled: false,
      default_acr_values: [],
      registration_client_uri: `${server.url}/${body['client_id']}`,
    })
    expect(Math.abs(Number(body['client_id_issued_at']) - Date.now() / 1000)).toBeLessThan(30)
  })

  it('serves the registration under the URI of the answer and under /register (R3.03)', async () => {
    const { body } = await register()
    expect((await manage('GET', String(body['registration_client_uri']), body)).status).toBe(200)
    expect((await manage('GET', `${server.url}/register/${body['client_id']}`, body)).status).toBe(200)
  })

  it('takes the whole answer back with another name, and refuses bad metadata (R3.04)', async () => {
    const { body } = await register()
    const uri = `${server.url}/register/${body['client_id']}`
    const updated = await manage('PUT', uri, body, { ...body, client_name: 'changed' })
    expect(updated.status).toBe(200)
    expect(await updated.json()).toMatchObject({ client_name: 'changed', client_id: body['client_id'], response_types: ['code'] })
    expect((await manage('PUT', uri, body, { ...body, grant_types: ['unknown'] })).status).toBe(400)
  })

  it.each([undefined, 'Bearer wrong', 'accesstoken'])('answers 401 to Authorization: %s (R3.05)', async (authorization) => {
    const { body } = await register()
    const answer = await fetch(`${server.url}/register/${body['client_id']}`, {
      headers: { ...(authorization && { authorization }) },
    })
    expect(answer.status).toBe(401)
  })

  it('deletes the client and does not know it any more (R3.06)', async () => {
    const { body } = await register()
    const uri = `${server.url}/register/${body['client_id']}`
    expect((await manage('DELETE', uri, body)).status).toBe(204)
    expect((await manage('GET', uri, body)).status).toBe(401)
  })

  it('gives the new client a token (R3.08)', async () => {
    const { body } = await register()
    const credentials = { client_id: String(body['client_id']), client_secret: String(body['client_secret']) }
    const answer = await requestToken({ ...credentials, scope: 'profile' })
    expect(answer.status).toBe(200)
    expect((await requestToken({ ...credentials, scope: 'register' })).status).toBe(400)
  })

  async function requestToken(form: Readonly<Record<string, string>>): Promise<{ status: number; body: Answer }> {
    const body = new URLSearchParams({ grant_type: 'client_credentials', ...form })
    const answer = await fetch(`${server.url}/token`, { method: 'POST', body })
    return { status: answer.status, body: (await answer.json()) as Answer }
  }

  async function register(): Promise<{ status: number; body: Answer; headers: Headers }> {
    const { body: token } = await requestToken({ client_id: 'registerClient', client_secret: 'password', scope: 'register' })
    const answer = await fetch(`${server.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token['access_token']}` },
      body: JSON.stringify(minimalClient),
    })
    return { status: answer.status, body: (await answer.json()) as Answer, headers: answer.headers }
  }

  function manage(method: string, uri: string, client: Answer, body?: object): Promise<Response> {
    return fetch(uri, {
      method,
      headers: {
        authorization: `Bearer ${client['registration_access_token']}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
  }
})
