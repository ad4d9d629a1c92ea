import { describe, expect, it } from 'vitest'
import { Refusal, statementProblems } from '../../../src/registration/index.ts'
import { createWorld, information, type RealmChanges, realm, token } from '../world.ts'

const endpoint = '/as/clients.oauth2'
const client_id = 'dc-01JZ8mXhPq3Vt5Rk2LwY7b'
const managed = `${endpoint}/${client_id}`
const headers = { authorization: `Bearer ${token}` }
const badToken = {
  error: 'invalid_access_token',
  error_description: 'Please provide a valid Access Token with the correct scope',
}

describe('what is refused in the PingFederate dialect', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE'] as const)(
    'answers %s at the registration endpoint with 405 (R0.15)',
    async (method) => {
      await using world = createWorld({ realms: [ping()] })
      const response = await world.app.inject({ method, url: endpoint, headers })
      expect(response.statusCode).toBe(405)
      expect(response.headers['allow']).toBe('POST')
      expect(world.asked).toEqual([])
    },
  )

  it('answers 404 in JSON while registration is inactive, on both of its paths (R0.02, R0.03)', async () => {
    await using world = createWorld({ realms: [ping({ registrationActive: false })] })
    for (const url of [endpoint, '/register']) {
      const response = await world.app.inject({ method: 'POST', url, payload: {} })
      expect(response.statusCode).toBe(404)
      expect(response.headers['content-type']).toMatch(/^application\/json/)
    }
    expect(world.asked).toEqual([])
  })

  it('asks for the initial access token with 401, the error of its own and a challenge (R0.13, R1.11)', async () => {
    await using world = createWorld({ realms: [ping({ registration: { initialAccessTokenRequired: true } })] })
    const response = await world.app.inject({ method: 'POST', url: endpoint, payload: {} })
    expect(response.statusCode).toBe(401)
    expect(response.json()).toEqual(badToken)
    expect(response.headers['www-authenticate']).toBe('Bearer')
    expect(response.headers['cache-control']).toBe('no-store')
  })

  it('challenges with the scope that the token lacks (R0.13)', async () => {
    const accepting = ping({ registration: { initialAccessTokenScopes: ['dCR'] }, features: { dPoP: false } })
    const response = await refusedRegistration(new Refusal('insufficient_scope', 'not the scope'), accepting)
    expect(response.statusCode).toBe(401)
    expect(response.json()).toEqual(badToken)
    expect(response.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_scope", error_description="not the scope", scope="dCR"',
    )
  })

  it.each<[string, Refusal, number, object]>([
    ['a token', new Refusal('invalid_token', 'no'), 401, badToken],
    ['a scope', new Refusal('invalid_client_metadata', 'no', { member: 'scope' }), 400, invalidScope()],
    [
      'contacts',
      new Refusal('invalid_client_metadata', 'no', { member: 'contacts' }),
      400,
      told('invalid_client_metadata', 'no'),
    ],
    ['a redirect URI', new Refusal('invalid_redirect_uri', 'no'), 400, told('invalid_redirect_uri', 'no')],
    [
      'a request without a statement',
      new Refusal('software_statement_required', 'no'),
      400,
      told('invalid_payload', '[software_statement] is required'),
    ],
    [
      'a signature',
      new Refusal('invalid_software_statement', statementProblems.wrongSignature),
      400,
      told('invalid_software_statement', '[software_statement] signature verification failed'),
    ],
    [
      'a statement that has expired',
      new Refusal('invalid_software_statement', 'software_statement has expired'),
      400,
      told('invalid_software_statement', '[software_statement] is not a valid JWT, it has expired'),
    ],
    [
      'a statement of another issuer',
      new Refusal('unapproved_software_statement', 'its issuer is not trusted'),
      400,
      told('invalid_software_statement', '[software_statement] is not a valid JWT, its issuer is not trusted'),
    ],
    [
      'a statement that cannot be registered',
      new Refusal('invalid_software_statement', 'software_statement attests what cannot be registered: x'),
      400,
      told('invalid_software_statement', 'software_statement attests what cannot be registered: x'),
    ],
    ['what a policy denies', new Refusal('access_denied', 'no'), 403, told('access_denied', 'no')],
  ])('words the refusal of %s as its clients expect (R0.11, R1.11)', async (_what, refusal, status, body) => {
    const response = await refusedRegistration(refusal)
    expect(response.statusCode).toBe(status)
    // Nothing more: clients compare the whole body (R0.11).
    expect(response.json()).toEqual(body)
    expect('www-authenticate' in response.headers).toBe(status === 401)
  })

  it('words the leading one of several violations, since the first failure is the one returned (R1.15)', async () => {
    const violations = [
      { code: 'invalid_client_metadata', member: 'scope', reason: 'no' },
      { code: 'invalid_client_metadata', member: 'contacts', reason: 'no' },
    ] as const
    const response = await refusedRegistration(new Refusal('invalid_client_metadata', 'no', { violations }))
    expect(response.json()).toEqual(invalidScope())
    const reversed = await refusedRegistration(
      new Refusal('invalid_client_metadata', 'contacts first', { violations: [...violations].reverse() }),
    )
    expect(reversed.json()).toEqual(told('invalid_client_metadata', 'contacts first'))
  })

  it.each([
    ['no token', {}, 'Bearer'],
    ['another token', { authorization: 'Bearer other' }, expect.stringMatching(/^Bearer error="invalid_token"/)],
    ['a token that is none', { authorization: 'Bearer a b' }, expect.stringMatching(/^Bearer error="invalid_token"/)],
  ])('answers management with %s with 401 (R0.25, R0.26)', async (_name, sent, challenge) => {
    await using world = createWorld({ realms: [ping()] })
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const response = await world.app.inject({ method, url: managed, headers: sent })
      expect(response.statusCode).toBe(401)
      expect(response.json()).toEqual(badToken)
      expect(response.headers['www-authenticate']).toEqual(challenge)
    }
  })

  it.each(['access_denied', 'insufficient_scope'] as const)(
    'answers whoever a policy denies management with 401 invalid_access_token (%s, R0.28)',
    async (code) => {
      const deny = async () => {
        throw new Refusal(code, 'the access token lacks the scope cdr:registration')
      }
      const disabled = ping({ registration: { registrationAccessTokens: 'disabled' } })
      const registration = { read: deny, update: deny, remove: deny }
      await using world = createWorld({ realms: [disabled], registration })
      for (const method of ['GET', 'PUT', 'DELETE'] as const) {
        const payload = method === 'PUT' ? { payload: {} } : {}
        const response = await world.app.inject({ method, url: managed, headers, ...payload })
        expect(response.statusCode).toBe(401)
        expect(response.json()).toMatchObject({ error: 'invalid_access_token' })
        expect(response.headers['www-authenticate']).toBeDefined()
      }
    },
  )

  it('says that an update takes no statement where the realm wants none (R1.12)', async () => {
    const update = async () => {
      throw new Refusal('invalid_software_statement', statementProblems.inUpdate)
    }
    await using world = createWorld({ realms: [ping()], registration: { update } })
    const response = await world.app.inject({ method: 'PUT', url: managed, headers, payload: { software_statement: 'a.b.c' } })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toEqual(told('invalid_software_statement', '[software_statement] is not allowed in an update.'))
  })

  it('answers an unsigned body with 415 invalid_payload where requests have to be signed', async () => {
    const { signedRequests } = realm().registration
    const signing = ping({ registration: { signedRequests: { ...signedRequests, accepted: 'only' } } })
    await using world = createWorld({ realms: [signing] })
    const response = await world.app.inject({ method: 'POST', url: endpoint, payload: {} })
    expect(response.statusCode).toBe(415)
    expect(response.json()).toEqual({ error: 'invalid_payload', error_description: expect.any(String) })
  })

  it('leaves the words of the standard paths alone', async () => {
    await using world = createWorld({ realms: [ping({ registration: { initialAccessTokenRequired: true } })] })
    const response = await world.app.inject({ method: 'POST', url: '/register', payload: {} })
    expect(response.json()).toMatchObject({ error: 'invalid_token', request_id: expect.any(String) })
  })
})

describe('the PingFederate dialect', () => {
  it('gives the domain its rules', async () => {
    await using world = createWorld({ realms: [ping()] })
    await world.app.inject({ method: 'POST', url: endpoint, payload: {} })
    expect(world.asked[0]?.dialect).toEqual({
      name: 'pingfederate',
      clientIdPrefix: 'dc-',
      clientIdForm: 'alphanumeric',
      defaults: {},
      repairsContradictions: false,
    })
  })

  it('answers a registration with the members of its example, and where the client finds itself (R0.10, R0.20)', async () => {
    const metadata = {
      client_name: 'Example Org Sample One',
      redirect_uris: ['https://example.org/app1', 'https://example.org/appM'],
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      scope: 'phone email',
    }
    const registered = information(
      { client_id, metadata, provenance: { dialect: 'pingfederate' } },
      { client_secret: 's', client_secret_expires_at: 0 },
    )
    await using world = createWorld({ realms: [ping()], registration: { register: async () => registered } })
    const response = await world.app.inject({ method: 'POST', url: endpoint, payload: metadata })
    expect(response.statusCode).toBe(201)
    expect(response.json()).toEqual({
      client_id,
      client_id_issued_at: 1_686_597_864,
      client_secret: 's',
      client_secret_expires_at: 0,
      ...metadata,
      validate_using_all_eligible_atms: false,
      refresh_token_rolling_policy: 'server_default',
      persistent_grant_expiration_type: 'server_default',
      grant_access_session_revocation_api: false,
      grant_access_session_management_api: false,
      registration_access_token: token,
      registration_client_uri: `http://localhost:4400${managed}`,
    })
  })

  it('does not show response types of a client that has none', async () => {
    const machine = information({ metadata: { grant_types: ['client_credentials'], response_types: [] } })
    await using world = createWorld({ realms: [ping()], registration: { register: async () => machine } })
    const response = await world.app.inject({ method: 'POST', url: endpoint, payload: {} })
    expect(response.json()).toMatchObject({ grant_types: ['client_credentials'] })
    expect(response.json()).not.toHaveProperty('response_types')
  })

  it('reads, replaces and deletes at the address of the client (R0.21, R0.22, R0.25)', async () => {
    await using world = createWorld({ realms: [ping()] })
    expect((await world.app.inject({ url: managed, headers })).statusCode).toBe(200)
    const payload = { client_id, client_name: 'renamed' }
    const updated = await world.app.inject({ method: 'PUT', url: managed, headers, payload })
    expect(updated.json()).toMatchObject({ client_name: 'renamed', refresh_token_rolling_policy: 'server_default' })
    expect((await world.app.inject({ method: 'DELETE', url: managed, headers })).statusCode).toBe(204)
    expect(world.asked.map((request) => 'client_id' in request && request.client_id)).toEqual([client_id, client_id, client_id])
  })

  it('answers DELETE with 405 where deletion is off (R0.24)', async () => {
    await using world = createWorld({ realms: [ping({ registration: { deletionAllowed: false } })] })
    const response = await world.app.inject({ method: 'DELETE', url: managed, headers })
    expect(response.statusCode).toBe(405)
    expect(response.headers['allow']).toBe('GET, PUT, PATCH')
    expect(world.asked).toEqual([])
  })

  it.each([
    ['GET', '/as/authorization.oauth2', '/authorize'],
    ['POST', '/as/token.oauth2', '/token'],
    ['POST', '/as/introspect.oauth2', '/introspect'],
    ['POST', '/as/revoke_token.oauth2', '/revoke'],
    ['GET', '/idp/userinfo.openid', '/userinfo'],
    ['GET', '/pf/JWKS', '/jwks'],
    ['POST', '/as/par.oauth2', '/par'],
    ['POST', '/as/device_authz.oauth2', '/device_authorization'],
    ['GET', '/as/user_authz.oauth2', '/device'],
    ['POST', '/as/bc-auth.ciba', '/backchannel'],
    ['GET', '/idp/init_logout.openid', '/logout'],
    ['GET', '/idp/startSLO.ping', '/logout'],
  ] as const)('takes %s %s for %s', async (method, url, canonical) => {
    await using world = createWorld({ realms: [ping()] })
    await world.app.inject({ method, url: `${url}?a=b` })
    expect(world.handled[0]).toMatchObject({ url: `${canonical}?a=b`, alias: `http://localhost:4400${url}` })
  })

  it('keeps the canonical paths beside its own, and speaks in no realm that does not name it', async () => {
    await using world = createWorld({ realms: [ping()] })
    expect((await world.app.inject({ method: 'POST', url: '/register', payload: {} })).statusCode).toBe(201)
    await using other = createWorld()
    expect((await other.app.inject({ method: 'POST', url: endpoint, payload: {} })).statusCode).toBe(404)
  })
})

function ping(changes: RealmChanges = {}) {
  return realm({ dialects: ['pingfederate'], ...changes })
}

async function refusedRegistration(refusal: Refusal, where = ping()) {
  const register = async () => {
    throw refusal
  }
  await using world = createWorld({ realms: [where], registration: { register } })
  return world.app.inject({ method: 'POST', url: endpoint, payload: {} })
}

function invalidScope() {
  return told('invalid_client_metadata', 'The requested scope is invalid.')
}

function told(error: string, error_description: string) {
  return { error, error_description }
}
