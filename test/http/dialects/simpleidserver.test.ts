import { describe, expect, it } from 'vitest'
import { Refusal, type RefusalCode } from '../../../src/registration/index.ts'
import { createWorld, information, realm, token } from '../world.ts'

const sid = realm({ dialects: ['simpleidserver'] })
const metadata = {
  grant_types: ['client_credentials'],
  redirect_uris: ['https://tmp.com'],
  token_endpoint_auth_method: 'client_secret_post',
  response_types: [],
  scope: 'openid profile',
}
const { client_id } = information().client
const registered = information(
  { metadata, provenance: { dialect: 'simpleidserver' } },
  { client_secret: 's', client_secret_expires_at: 0 },
)

describe('the SimpleIdServer dialect', () => {
  it('answers a registration with the members of its reference (R3.02)', async () => {
    await using world = createWorld({ realms: [sid], registration: { register: async () => registered } })
    const response = await world.app.inject({ method: 'POST', url: '/register', payload: metadata })
    expect(response.statusCode).toBe(201)
    expect(response.json()).toEqual({
      client_id,
      client_secret: 's',
      client_secret_expires_at: 0,
      registration_access_token: token,
      grant_types: ['client_credentials'],
      redirect_uris: ['https://tmp.com'],
      token_endpoint_auth_method: 'client_secret_post',
      response_types: ['code'],
      contacts: [],
      update_datetime: '2023-06-12T19:24:24.0000000Z',
      create_datetime: '2023-06-12T19:24:24.0000000Z',
      client_id_issued_at: 1686597864,
      token_expiration_time_seconds: 1800,
      refresh_token_expiration_time_seconds: 1800,
      scope: 'openid profile',
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
      registration_client_uri: `http://localhost:4400/${client_id}`,
    })
  })

  it('shows what the client and the realm really have instead of its defaults', async () => {
    const keys = {
      jwks_uri: 'https://a.example/jwks',
      response_types: ['token'],
      contacts: ['a@b.example'],
      application_type: 'native',
    }
    const lasting = realm({ dialects: ['simpleidserver'], tokens: { ...sid.tokens, accessTokenLifetimeSeconds: 60 } })
    await using world = createWorld({ realms: [lasting], registration: { read: async () => information({ metadata: keys }) } })
    const answer = (
      await world.app.inject({ url: `/register/${client_id}`, headers: { authorization: `Bearer ${token}` } })
    ).json()
    expect(answer).toMatchObject({ ...keys, token_expiration_time_seconds: 60 })
    // Both key members never stand together (DCR-REQ-05).
    expect(answer).not.toHaveProperty('jwks')
    expect(answer.registration_client_uri).toBe(`http://localhost:4400/register/${client_id}`)
  })

  it('gives the domain its rules at /register', async () => {
    await using world = createWorld({ realms: [sid] })
    await world.app.inject({ method: 'POST', url: '/register', payload: {} })
    expect(world.asked[0]?.dialect).toEqual({
      name: 'simpleidserver',
      clientIdPrefix: '',
      clientIdForm: 'uuid',
      defaults: { token_endpoint_auth_method: 'client_secret_post' },
      repairsContradictions: true,
      refusesUnserved: true,
    })
  })

  it.each([`/${client_id}`, `/register/${client_id}`])('manages the client at %s (R3.03, R3.04, R3.06)', async (url) => {
    await using world = createWorld({ realms: [sid] })
    const headers = { authorization: `Bearer ${token}` }
    expect((await world.app.inject({ url, headers })).statusCode).toBe(200)
    expect((await world.app.inject({ method: 'PUT', url, headers, payload: { client_name: 'x' } })).statusCode).toBe(200)
    expect((await world.app.inject({ method: 'DELETE', url, headers })).statusCode).toBe(204)
    expect(world.asked.map((request) => 'client_id' in request && request.client_id)).toEqual([client_id, client_id, client_id])
  })

  it.each([undefined, 'Bearer wrong', 'accesstoken'])(
    'answers the client configuration endpoint with %j with 401 (R3.05)',
    async (authorization) => {
      await using world = createWorld({ realms: [sid] })
      const headers = authorization === undefined ? {} : { authorization }
      expect((await world.app.inject({ url: `/register/${client_id}`, headers })).statusCode).toBe(401)
    },
  )

  it.each<[RefusalCode, string]>([
    ['token_required', 'access_denied'],
    ['insufficient_scope', 'request_denied'],
    ['invalid_token', 'invalid_token'],
  ])('answers %s at registration with 400 %s (R3.07)', async (code, error) => {
    const register = async () => {
      throw new Refusal(code, 'no')
    }
    await using world = createWorld({ realms: [sid], registration: { register } })
    const response = await world.app.inject({ method: 'POST', url: '/register', payload: {} })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ error })
  })

  it.each([
    ['GET', '/authorization', '/authorize'],
    ['POST', '/token_info', '/introspect'],
    ['POST', '/token/revoke', '/revoke'],
    ['POST', '/bc-authorize', '/backchannel'],
    ['GET', '/end_session', '/logout'],
  ] as const)('takes %s %s for %s', async (method, url, canonical) => {
    await using world = createWorld({ realms: [sid] })
    await world.app.inject({ method, url })
    expect(world.handled[0]).toMatchObject({ url: canonical, alias: `http://localhost:4400${url}` })
  })
})
