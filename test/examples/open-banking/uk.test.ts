import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issueCertificate } from '../../support/certificates.ts'
import { byTitle, type Case, expectRefusal, membersOf } from './cases.ts'
import { type Answer, type Call, type Changes, type Ecosystem, startEcosystem } from './ecosystem.ts'
import { refresh, signIn, tokenFor, tokens } from './tokens.ts'
import { ukCases } from './uk-cases.ts'

const softwareId = '1fpzmq4VRHPQOZTvbjDUxl'
const redirectUri = 'https://app.acme.example/callback'

/** As the directory's software asks; the statement comes with each request. */
const good = {
  iss: softwareId,
  software_id: softwareId,
  redirect_uris: [redirectUri],
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'PS256',
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  application_type: 'web',
  scope: 'openid accounts',
  id_token_signed_response_alg: 'PS256',
  request_object_signing_alg: 'PS256',
}

const foreign = issueCertificate({ subject: '/CN=app.acme.example' })

describe('UK Open Banking 3.3 (examples/open-banking-uk.yaml)', () => {
  let uk: Ecosystem
  let client_id: string
  let token: string
  beforeAll(async () => {
    uk = await startEcosystem('uk')
    client_id = String((await register()).body['client_id'])
    token = await tokenFor(uk, client_id, 'accounts')
  })
  afterAll(() => uk?.stop())

  it('advertises registration and mutual TLS in discovery (OBUK-EP-01)', async () => {
    const discovery = (await (await fetch(`${uk.bank.url}/.well-known/openid-configuration`)).json()) as Changes
    expect(discovery).toMatchObject({
      registration_endpoint: `${uk.bank.url}/register`,
      mtls_endpoint_aliases: { registration_endpoint: `${uk.mtlsUrl}/register`, token_endpoint: `${uk.mtlsUrl}/token` },
      response_types_supported: ['code', 'code id_token'],
      token_endpoint_auth_methods_supported: ['private_key_jwt', 'tls_client_auth'],
    })
  })

  describe.each(['POST', 'PUT'] as const)('%s refuses, and stores nothing:', (method) => {
    it.each(byTitle(ukCases))('%s', async (_title, one) => {
      await expectRefusal(uk, async () => submit(method, await bodyOf(one)), one)
    })

    it('JSON (OBUK-EP-06)', async () => {
      const body = JSON.stringify(await membersOf(uk, good, {}))
      const headers = { 'content-type': 'application/json' }
      await expectRefusal(uk, () => submit(method, body, { headers }), { status: 415, error: 'invalid_client_metadata' })
    })

    it('a request that was sent before (OBUK-RQ-05)', async () => {
      const body = await bodyOf({})
      expect((await submit('PUT', body)).status).toBe(200)
      await expectRefusal(uk, () => submit(method, body), { error: 'invalid_client_metadata' })
    })

    it('nobody’s certificate, and one that the directory has not issued (OBUK-EP-03)', async () => {
      const refused = method === 'POST' ? { error: 'invalid_client_metadata' } : { status: 401, error: 'invalid_token' }
      for (const certificate of [null, foreign]) {
        const body = await bodyOf({})
        await expectRefusal(uk, () => submit(method, body, { certificate }), refused)
      }
    })
  })

  it('refuses a registration without a statement (OBUK-RQ-13)', async () => {
    const body = await bodyOf({ tamper: () => undefined })
    await expectRefusal(uk, () => submit('POST', body), { error: 'invalid_software_statement' })
  })

  it('refuses a key that the software has revoked', async () => {
    const { software_jwks_endpoint: keys } = (await register()).body
    const body = await bodyOf({ statement: { software_jwks_revoked_endpoint: String(keys) } })
    await expectRefusal(uk, () => submit('POST', body), { error: 'invalid_client_metadata' })
  })

  it('registers, with every claim of the statement at top level and the defaults of the profile (OBUK-RS-01, OBUK-RQ-10)', async () => {
    const { status, body } = await register({ client_id: 'a-wish' })
    expect(status).toBe(201)
    const { iss: _, ...asked } = good
    expect(body).toMatchObject({
      ...asked,
      response_types: ['code id_token'],
      software_statement: expect.stringMatching(/^ey/),
      software_roles: ['AISP'],
      software_redirect_uris: [redirectUri, 'https://app.acme.example/other'],
      org_id: '0015800001041REAAY',
      org_name: 'Acme Ltd',
      organisation_competent_authority_claims: { authority_id: 'FCAGBR' },
      client_name: 'Acme Accounts',
      software_client_name: 'Acme Accounts',
      jwks_uri: body['software_jwks_endpoint'],
      registration_client_uri: `${uk.mtlsUrl}/register/${body['client_id']}`,
    })
    // OBUK-RQ-06, OBUK-RS-02, OBUK-EP-04
    expect(body['client_id']).not.toBe('a-wish')
    expect(body).not.toHaveProperty('client_secret')
    expect(body).not.toHaveProperty('registration_access_token')
  })

  it('registers all redirect URIs of the statement for a request that names none (OBUK-RQ-07)', async () => {
    expect((await register({ redirect_uris: undefined })).body['redirect_uris']).toEqual([
      redirectUri,
      'https://app.acme.example/other',
    ])
  })

  it('registers an app as native, and CIBA by polling, under the names of the profile (OBUK-RQ-14, OBUK-RQ-19, OBUK-RQ-22)', async () => {
    expect((await register({ application_type: 'mobile' })).body).toMatchObject({ application_type: 'native' })
    const polling = {
      grant_types: ['urn:openid:params:grant-type:ciba', 'client_credentials'],
      response_types: [],
      backchannel_token_delivery_mode: 'poll',
      backchannel_authentication_request_signing_alg: 'PS256',
    }
    const { status, body } = await register({ ...polling, backchannel_user_code_parameter_supported: false })
    expect(status).toBe(201)
    expect(body).toMatchObject({ ...polling, backchannel_user_code_parameter: false })
    expect(body).not.toHaveProperty('backchannel_user_code_parameter_supported')
  })

  it('accepts the identifier of the bank as audience (OBUK-RQ-04), and a statement twice (OBUK-SSA-04)', async () => {
    const software_statement = await uk.statement()
    for (const aud of ['0015800000jfQ9aAAE', uk.bank.url]) {
      expect((await submit('POST', await uk.signed({ ...good, software_statement, aud }))).status).toBe(201)
    }
  })

  it('gives a client with a certificate a token for its subject (OBUK-RQ-08, OBUK-RQ-18)', async () => {
    const { body } = await register({
      token_endpoint_auth_method: 'tls_client_auth',
      token_endpoint_auth_signing_alg: undefined,
      tls_client_auth_subject_dn:
        'UID=1fpzmq4VRHPQOZTvbjDUxl,CN=app.acme.example,organizationIdentifier=0015800001041REAAY,O=Acme Accounts,C=GB',
    })
    const form = { client_id: String(body['client_id']), grant_type: 'client_credentials', scope: 'accounts' }
    expect((await tokens(uk, form)).body).toMatchObject({ token_type: 'Bearer', scope: 'accounts' })
    expect((await tokens(uk, form, uk.certify('/CN=other'))).status).toBe(401)
  })

  it('reads and updates a client by an access token of its own (OBUK-EP-04, OBUK-RS-03)', async () => {
    const read = await manage('GET')
    expect(read.status).toBe(200)
    expect(read.body).toMatchObject({ client_id, scope: 'openid accounts', org_name: 'Acme Ltd' })
    const updated = await submit('PUT', await bodyOf({ request: { redirect_uris: ['https://app.acme.example/other'] } }))
    expect(updated.status).toBe(200)
    expect(updated.body).toMatchObject({ client_id, redirect_uris: ['https://app.acme.example/other'] })
  })

  it('lets no token manage another client, and nobody without a token (OBUK-EP-04)', async () => {
    const other = String((await register()).body['client_id'])
    for (const method of ['GET', 'DELETE']) {
      await expectRefusal(uk, () => manage(method, other), { status: 401, error: 'invalid_token' })
      await expectRefusal(uk, () => uk.call(`/register/${client_id}`, { method }), { status: 401, error: 'invalid_token' })
    }
  })

  it('revokes a token that asks for a client which is not there (OBUK-EP-05)', async () => {
    const own = await tokenFor(uk, client_id, 'accounts')
    expect((await manage('GET', client_id, own)).status).toBe(200)
    expect((await manage('GET', '00000000-0000-7000-8000-000000000000', own)).status).toBe(401)
    expect((await manage('GET', client_id, own)).status).toBe(401)
  })

  it('has no PATCH (OBUK-EP-02)', async () => {
    expect((await manage('PATCH')).status).toBe(405)
  })

  it('keeps refresh tokens at an update, and ends them with the client (OBUK-RS-04, OBUK-RS-05, OBUK-RS-06)', async () => {
    const id = String((await register()).body['client_id'])
    const own = await tokenFor(uk, id, 'accounts')
    const first = await signIn(uk, id, { response_type: 'code id_token', scope: 'openid accounts', redirect_uri: redirectUri })
    expect(first.status).toBe(200)
    const put = { method: 'PUT', headers: { ...jwt, authorization: `Bearer ${own}` }, body: await bodyOf({}) }
    expect((await uk.call(`/register/${id}`, put)).status).toBe(200)
    const second = await refresh(uk, id, first)
    expect(second.status).toBe(200)
    expect((await manage('DELETE', id, own)).status).toBe(204)
    expect((await refresh(uk, id, second)).status).toBe(401)
    expect((await manage('GET', id, own)).status).toBe(401)
  })

  const jwt = { 'content-type': 'application/jwt' }

  async function bodyOf(one: Omit<Case, 'title' | 'error'>): Promise<string> {
    return uk.signed(await membersOf(uk, good, one), one.signRequest)
  }

  async function register(request: Changes = {}): Promise<Answer> {
    return submit('POST', await bodyOf({ request }))
  }

  function submit(method: 'POST' | 'PUT', body: string, { headers = jwt, ...rest }: Call = {}): Promise<Answer> {
    const isUpdate = method === 'PUT'
    const authorized = isUpdate ? { ...headers, authorization: `Bearer ${token}` } : headers
    return uk.call(isUpdate ? `/register/${client_id}` : '/register', { method, headers: authorized, body, ...rest })
  }

  function manage(method: string, id = client_id, own = token): Promise<Answer> {
    return uk.call(`/register/${id}`, { method, headers: { authorization: `Bearer ${own}` } })
  }
})
