import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../support/test-server.ts'

type Answer = Readonly<Record<string, unknown>>
type Row = readonly [metadata: object, description: string]

const algorithms = [
  'id_token_signed_response_alg',
  'id_token_encrypted_response_alg',
  'id_token_encrypted_response_enc',
  'userinfo_signed_response_alg',
  'userinfo_encrypted_response_alg',
  'userinfo_encrypted_response_enc',
  'request_object_signing_alg',
  'request_object_encryption_alg',
  'request_object_encryption_enc',
]
const encryptions = ['id_token_encrypted_response', 'userinfo_encrypted_response', 'request_object_encryption']

/** The scenarios of its own tests: one member alone, without a redirect URI for the default grant. */
const metadataScenarios: readonly Row[] = [
  [{ application_type: 'unknown' }, 'application type is invalid'],
  [{ sector_identifier_uri: 'unknown' }, 'sector_identifier_uri is not a valid URI'],
  [{ sector_identifier_uri: 'http://localhost' }, "sector_identifier_uri doesn't contain https scheme"],
  [{ initiate_login_uri: 'unknown' }, 'initiate_login_uri is not a valid URI'],
  [{ initiate_login_uri: 'http://localhost' }, "initiate_login_uri doesn't contain https scheme"],
  [{ subject_type: 'unknow' }, 'subject_type is invalid'],
  ...algorithms.map((member): Row => [{ [member]: 'unknown' }, `${member} is not supported`]),
  ...encryptions.map((name): Row => [{ [`${name}_enc`]: 'A128CBC-HS256' }, `missing parameter ${name}_alg`]),
]

const redirectScenarios: readonly Row[] = [
  [{ redirect_uris: ['invalid'], application_type: 'web' }, 'redirect_uri invalid is not correct'],
  [{ redirect_uris: ['invalid'], application_type: 'native' }, 'redirect_uri invalid is not correct'],
  [{ redirect_uris: ['http://localhost#foobar'], application_type: 'web' }, 'the redirect_uri cannot contains fragment'],
  [{ redirect_uris: ['http://localhost'] }, 'redirect_uri does not contain https scheme'],
  [{ redirect_uris: ['https://localhost'] }, 'redirect_uri must not contain localhost'],
]

/** What its validator says besides. */
const validatorRows: readonly Row[] = [
  [{ grant_types: ['a', 'authorization_code', 'b'] }, 'grant types a,b are not supported'],
  [{ token_endpoint_auth_method: 'invalid' }, 'unknown authentication method : invalid'],
  [{ response_types: ['a', 'b'] }, 'response types a,b are not supported'],
  [{ response_types: ['token'], grant_types: ['authorization_code'] }, 'response types token are not supported'],
  [
    { response_types: ['token'], grant_types: ['implicit', 'authorization_code'] },
    'valid response type must be passed for the grant type authorization_code',
  ],
  [{ scope: 'openid a register' }, 'scopes a,register are not supported'],
  [{}, 'missing parameter redirect_uris'],
  [{ response_types: ['token'], grant_types: ['implicit'] }, 'missing parameter redirect_uris'],
  ...['ping', 'push'].map(
    (mode): Row => [{ backchannel_token_delivery_mode: mode }, 'missing parameter backchannel_client_notification_endpoint'],
  ),
  [
    {
      grant_types: ['urn:openid:params:grant-type:ciba'],
      backchannel_token_delivery_mode: 'ping',
    },
    'missing parameter backchannel_client_notification_endpoint',
  ],
  [{ 'logo_uri#fr': 'unknown' }, 'logo uri unknown is not correct'],
]

/** Each with faults of several members: what it checks first is told, wherever in our own admission it turns up. */
const orderRows: readonly Row[] = [
  [{ redirect_uris: ['invalid'], scope: 'a', grant_types: ['b'] }, 'grant types b are not supported'],
  [{ scope: 'a', application_type: 'unknown' }, 'application type is invalid'],
  [{ redirect_uris: ['invalid'], response_types: ['a'], subject_type: 'b' }, 'subject_type is invalid'],
  [{ id_token_signed_response_alg: 'unknown', scope: 'a' }, 'scopes a are not supported'],
  [{ request_object_signing_alg: 'a', userinfo_signed_response_alg: 'a' }, 'userinfo_signed_response_alg is not supported'],
]

const completeClient = {
  redirect_uris: ['https://web.com'],
  response_types: ['token'],
  grant_types: ['implicit'],
  client_name: 'name',
  'client_name#fr': 'nom',
  'client_name#en': 'name',
  application_type: 'web',
  token_endpoint_auth_method: 'client_secret_jwt',
  sector_identifier_uri: 'https://localhost/sector',
  subject_type: 'public',
  id_token_signed_response_alg: 'RS256',
  id_token_encrypted_response_alg: 'RSA-OAEP',
  id_token_encrypted_response_enc: 'A256CBC-HS512',
  userinfo_signed_response_alg: 'RS256',
  userinfo_encrypted_response_alg: 'RSA-OAEP',
  userinfo_encrypted_response_enc: 'A256CBC-HS512',
  request_object_signing_alg: 'RS256',
  request_object_encryption_alg: 'RSA-OAEP',
  request_object_encryption_enc: 'A256CBC-HS512',
  default_max_age: 2,
  require_auth_time: true,
  default_acr_values: ['a', 'b'],
  post_logout_redirect_uris: ['http://localhost/logout'],
  initiate_login_uri: 'https://localhost/loginuri',
  dpop_bound_access_tokens: true,
}

describe('what SimpleIdServer refuses, and how (examples/simpleidserver.yaml)', () => {
  let server: TestServer
  let token: string
  beforeAll(async () => {
    server = await startTestServer({ file: 'examples/simpleidserver.yaml' })
    token = await tokenFor('register')
  })
  afterAll(() => server?.stop())

  it('answers POST without a token, with an unknown one, and with one for another scope (R3.07)', async () => {
    expect(await ask('POST', `${server.url}/register`, undefined, {})).toMatchObject({
      status: 400,
      body: { error: 'access_denied', error_description: 'missing token' },
    })
    expect(await register({}, 'unknown')).toMatchObject({
      status: 400,
      body: { error: 'invalid_token', error_description: 'either the access token has been revoked or is invalid' },
    })
    const { body: client } = await register({ grant_types: ['client_credentials'], scope: 'profile' })
    const own = await tokenFor('profile', String(client['client_id']), String(client['client_secret']))
    expect(await register({}, own)).toMatchObject({ status: 400, body: { error: 'request_denied' } })
  })

  it.each([...metadataScenarios, ...validatorRows, ...orderRows])(
    'refuses %j in its words (R3.09)',
    async (metadata, description) => {
      const { status, body } = await register(metadata)
      expect({ status, error: body['error'], told: body['error_description'] }).toEqual({
        status: 400,
        error: 'invalid_client_metadata',
        told: description,
      })
    },
  )

  it.each(redirectScenarios)('refuses %j in its words (R3.09)', async (metadata, description) => {
    const { status, body } = await register(metadata)
    expect({ status, error: body['error'], told: body['error_description'] }).toEqual({
      status: 400,
      error: 'invalid_redirect_uri',
      told: description,
    })
  })

  it('refuses an update in the same words as a registration (R3.04, R3.09)', async () => {
    const { body: client } = await register({ redirect_uris: ['https://web.com'] })
    for (const [metadata, description] of [...metadataScenarios, ...validatorRows.slice(0, 5)]) {
      const answer = await manage(client, 'PUT', {
        client_id: client['client_id'],
        redirect_uris: ['https://web.com'],
        ...metadata,
      })
      expect(answer).toMatchObject({
        status: 400,
        body: { error: 'invalid_client_metadata', error_description: description },
      })
    }
  })

  it('tells every fault beside the one that it words', async () => {
    const { body } = await register({ redirect_uris: ['invalid'], subject_type: 'a', application_type: 'b' })
    const members = (body['violations'] as readonly Answer[]).map(({ member }) => member)
    expect(members).toEqual(['application_type', 'subject_type', 'redirect_uris'])
  })

  it('fetches the sector of a pairwise client, and nothing on the local machine', async () => {
    const pairwise = { redirect_uris: ['https://web.com'], subject_type: 'pairwise' }
    const { status, body } = await register({ ...pairwise, sector_identifier_uri: 'https://localhost/sector' })
    expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'invalid_client_metadata' })
    const { body: client } = await register(completeClient)
    const update = await manage(client, 'PUT', { ...client, subject_type: 'pairwise' })
    expect(update).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
  })

  it('does not register a client without the key that it would authenticate with', async () => {
    const answer = await register({ redirect_uris: ['https://web.com'], token_endpoint_auth_method: 'private_key_jwt' })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
  })

  it('registers a complete client, and shows it with the same values (R3.10)', async () => {
    const { status, body } = await register(completeClient)
    expect({ status, body }).toMatchObject({ status: 201, body: { ...completeClient, jwks: { keys: [] } } })
    expect(await manage(body, 'GET')).toMatchObject({ status: 200, body: completeClient })
    expect(await manage(body, 'PUT', { ...body, client_name: 'other' })).toMatchObject({
      status: 200,
      body: { ...completeClient, client_name: 'other' },
    })
  })

  it('lets an administrator change the complete client by the same settings', async () => {
    const { body } = await register(completeClient)
    const path = `/realms/${server.realmName}/clients/${body['client_id']}`
    const answer = await server.admin('PATCH', path, { client_name: 'renamed' })
    expect(answer.status).toBe(200)
    expect(await manage(body, 'GET')).toMatchObject({ status: 200, body: { ...completeClient, client_name: 'renamed' } })
  })

  it('gives the complete client no token through the address bar, since that would be bound to nobody', async () => {
    const { body } = await register(completeClient)
    const query = new URLSearchParams({
      client_id: String(body['client_id']),
      response_type: 'token',
      redirect_uri: 'https://web.com',
    })
    const answer = await fetch(`${server.url}/authorize?${query}`, { redirect: 'manual' })
    expect(answer.headers.get('location')).toMatch(/^https:\/\/web\.com\/?#error=unauthorized_client/)
  })

  async function tokenFor(scope: string, client_id = 'registerClient', client_secret = 'password'): Promise<string> {
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret, scope })
    const answer = await fetch(`${server.url}/token`, { method: 'POST', body })
    return String(((await answer.json()) as Answer)['access_token'])
  }

  async function register(metadata: object, bearer: string | undefined = token): Promise<{ status: number; body: Answer }> {
    return ask('POST', `${server.url}/register`, bearer, metadata)
  }

  function manage(client: Answer, method: string, metadata?: object) {
    return ask(method, `${server.url}/register/${client['client_id']}`, String(client['registration_access_token']), metadata)
  }

  async function ask(method: string, url: string, bearer: string | undefined, metadata?: object) {
    const answer = await fetch(url, {
      method,
      headers: {
        ...(bearer && { authorization: `Bearer ${bearer}` }),
        ...(metadata && { 'content-type': 'application/json' }),
      },
      ...(metadata && { body: JSON.stringify(metadata) }),
    })
    return { status: answer.status, body: (await answer.json()) as Answer }
  }
})
