import type { PageThings } from './page-things.ts'
import { codeGrant, type ProtocolThings, redirect_uri, type Shared, twin } from './protocol-things.ts'

type Parameters = Readonly<Record<string, string>>

/** A request, but for the address: many lead to one route. */
export interface Asked {
  /** In place of the parameter of the path. */
  readonly id?: string
  readonly query?: Parameters
  readonly form?: Parameters
  readonly json?: object
  readonly jwt?: string
  readonly headers?: Parameters
  /** Sent with the certificate of the things. */
  readonly withCertificate?: true
}

/** `pages`: of the browsers of its people. */
export interface RealmThings extends ProtocolThings {
  readonly pages: PageThings
}

export interface Context {
  /** Whose things are shown. */
  readonly things: RealmThings
  /** Of the realm that is asked. */
  readonly own: RealmThings
  readonly shared: Shared
  /** The URL that is asked, for proofs about it. */
  readonly url: string
}

export interface Answer {
  readonly status: number
  readonly text: string
  readonly location: string
}

export interface Recipe {
  readonly name: string
  ask(context: Context): Asked | Promise<Asked>
  /** Whether the realm has done what was asked, as it does for things of its own. */
  succeeds(answer: Answer, context: Context): boolean
}

const bearer = (token: string): Parameters => ({ authorization: `Bearer ${token}` })
const ok = ({ status }: Answer): boolean => status >= 200 && status < 300
const isActive = ({ text }: Answer): boolean => text.includes('"active":true')
const form = (name: string, fields: (context: Context) => Parameters | Promise<Parameters>, succeeds = ok): Recipe => ({
  name,
  ask: async (context) => ({ form: { ...twin, ...(await fields(context)) } }),
  succeeds,
})
const plain = (name: string, ask: Recipe['ask'], succeeds = ok): Recipe => ({ name, ask, succeeds })

const type = (name: string): string => `urn:ietf:params:oauth:token-type:${name}`
const exchange = (subject_token: string, kind = 'access_token', more: Parameters = {}): Parameters => ({
  ...{ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token, subject_token_type: type(kind) },
  ...{ resource: 'https://api.example', scope: 'read', ...more },
})
const client = { redirect_uris: [redirect_uri], token_endpoint_auth_method: 'client_secret_post' }
const machine: Parameters = { grant_type: 'client_credentials', scope: 'read' }
const byKey = (client_assertion: string): Parameters => ({
  ...{ client_assertion, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' },
  client_id: 'keyed',
})
const pushed: Parameters = {
  ...{ redirect_uri, response_type: 'code', scope: 'openid', code_challenge_method: 'S256' },
  code_challenge: 'a'.repeat(43),
}
const eachToken = (name: string, ask: (token: string) => Parameters, succeeds = ok): readonly Recipe[] => [
  form(`${name} an access token`, ({ things }) => ask(things.tokens.access_token), succeeds),
  form(`${name} a JWT access token`, ({ things }) => ask(things.apiToken), succeeds),
  form(`${name} a refresh token`, ({ things }) => ask(things.tokens.refresh_token), succeeds),
]

/** By another client of the realm than the one that it is told of. */
const byForeignClient = (name: string, fields: Parameters, succeeds = ok): Recipe => ({
  name,
  ask: ({
    things: {
      client: { client_id, client_secret },
    },
  }) => ({ form: { client_id, client_secret, ...fields } }),
  succeeds,
})

const token: readonly Recipe[] = [
  form('an authorization code', async ({ things }) => ({ ...codeGrant, code: await things.code() })),
  form('a refresh token', async ({ things }) => ({ grant_type: 'refresh_token', refresh_token: await things.refreshToken() })),
  form(
    'a device code',
    async ({ things }) => ({
      ...{ grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: await things.deviceCode() },
    }),
    ({ text }) => text.includes('authorization_pending'),
  ),
  form(
    'a back-channel request',
    async ({ things }) => ({
      ...{ grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: await things.backchannelRequest() },
    }),
    ({ text }) => text.includes('authorization_pending'),
  ),
  form('an access token to exchange', ({ things }) => exchange(things.tokens.access_token)),
  form('an ID token to exchange', ({ things }) => exchange(things.tokens.id_token, 'id_token')),
  form('an access token of an actor', ({ things, own }) =>
    exchange(own.tokens.access_token, 'access_token', { actor_token: things.apiToken, actor_token_type: type('access_token') }),
  ),
  form('a foreign token to exchange', async ({ things, own }) => exchange(await things.speak(own.issuer), 'jwt')),
  form('an assertion of an issuer', async ({ things, own }) => ({
    ...{ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await things.speak(own.issuer) },
    ...{ resource: 'https://api.example', scope: 'read' },
  })),
  form('an assertion for an audience', async ({ things, own }) => ({
    ...{ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await own.speak(things.issuer) },
    ...{ resource: 'https://api.example', scope: 'read' },
  })),
  plain('an assertion of the client', ({ things }) => ({ form: { ...machine, ...byKey(things.assertion) } })),
  byForeignClient('a client', { ...codeGrant, code: 'none' }, ({ text }) => text.includes('invalid_grant')),
  plain('a client certificate', () => ({ form: { ...machine, client_id: 'certified' }, withCertificate: true })),
  plain('a DPoP proof', async ({ things, own, shared, url }) => ({
    form: { ...twin, ...machine },
    headers: { dpop: await shared.dpop.prove('POST', url.replace(own.issuer, things.issuer)) },
  })),
]

const management = (method: string, json?: object): readonly Recipe[] => {
  const body = json === undefined ? {} : { json }
  const succeeds = ok
  return [
    {
      name: `${method} of a client, by its token`,
      ask: ({
        things: {
          client: { client_id, registration_access_token },
        },
      }) => ({ id: client_id, headers: bearer(registration_access_token), ...body }),
      succeeds,
    },
    {
      name: `${method} of a client, by a token of the realm`,
      ask: ({ things, own }) => ({ id: things.client.client_id, headers: bearer(own.client.registration_access_token), ...body }),
      succeeds,
    },
    {
      name: `${method} of a client of the realm, by a token`,
      ask: ({ things, own }) => ({ id: own.client.client_id, headers: bearer(things.client.registration_access_token), ...body }),
      succeeds,
    },
    {
      name: `${method} of a client, by an access token`,
      ask: ({ things, own }) => ({ id: own.client.client_id, headers: bearer(things.registrationToken), ...body }),
      succeeds: ({ status }) => status === 401,
    },
  ]
}

const registration: readonly Recipe[] = [
  plain('an initial access token', ({ things }) => ({ json: client, headers: bearer(things.initialAccessToken) })),
  plain('an access token', ({ things }) => ({ json: client, headers: bearer(things.registrationToken) })),
  plain(
    'a registration access token',
    ({ things }) => ({ json: client, headers: bearer(things.client.registration_access_token) }),
    ({ text }) => text.includes('used up'),
  ),
  plain('a software statement for an audience', ({ things, own }) => ({
    json: { ...client, software_statement: things.softwareStatement },
    headers: bearer(own.initialAccessToken),
  })),
  plain('a software statement of an issuer', async ({ things, own }) => ({
    json: { ...client, software_statement: await things.attest() },
    headers: bearer(own.initialAccessToken),
  })),
  plain('a signed request', ({ things, own }) => ({ jwt: things.signedRequest, headers: bearer(own.initialAccessToken) })),
]

const userinfo: readonly Recipe[] = [plain('an access token', ({ things }) => ({ headers: bearer(things.tokens.access_token) }))]

const nothingForeign: readonly Recipe[] = [plain('the realm itself', () => ({}))]

/**
 * What each route of the public listener is shown of another realm. A route that is missing here, and among the pages, makes
 * the test fail: say what of another realm it could be shown.
 */
export const protocolRecipes: Readonly<Record<string, readonly Recipe[]>> = {
  'POST /register': registration,
  'GET /register/:client_id': management('GET'),
  'PUT /register/:client_id': management('PUT', client),
  'PATCH /register/:client_id': management('PATCH', { client_name: 'Changed' }),
  'DELETE /register/:client_id': management('DELETE').slice(0, 1),
  'GET /protected-resources/:id': [plain('a resource', ({ things }) => ({ id: things.resource }))],
  'GET /tokeninfo': [
    ...userinfo,
    plain('an access token in the query', ({ things }) => ({ query: { access_token: things.tokens.access_token } })),
    plain('a JWT access token', ({ things }) => ({ headers: bearer(things.apiToken) })),
  ],
  'POST /idtokeninfo': [plain('an ID token', ({ things }) => ({ form: { id_token: things.tokens.id_token } }))],
  'GET /.well-known/openid-configuration': nothingForeign,
  'GET /.well-known/oauth-authorization-server': nothingForeign,
  'GET /jwks': nothingForeign,
  'GET /userinfo': userinfo,
  'POST /userinfo': [
    plain('an access token', ({ things }) => ({ form: { access_token: things.tokens.access_token } })),
    ...userinfo,
  ],
  'POST /token': token,
  'POST /introspect': [
    ...eachToken('introspecting', (value) => ({ token: value }), isActive),
    byForeignClient('a client', { token: 'none' }),
  ],
  'POST /revoke': [...eachToken('revoking', (value) => ({ token: value })), byForeignClient('a client', { token: 'none' })],
  'POST /par': [
    form('an ID token', ({ things }) => ({ ...pushed, id_token_hint: things.tokens.id_token })),
    plain('an assertion of the client', ({ things }) => ({ form: { ...pushed, ...byKey(things.assertion) } })),
    byForeignClient('a client', pushed),
  ],
  'POST /device_authorization': [
    byForeignClient('a client', { scope: 'openid' }, ({ text }) => text.includes('unauthorized_client')),
    form('an ID token', ({ things }) => ({ scope: 'openid', id_token_hint: things.tokens.id_token })),
  ],
  'POST /backchannel': [
    form('an ID token', ({ things }) => ({ scope: 'openid', id_token_hint: things.tokens.id_token })),
    byForeignClient('a client', { scope: 'openid', login_hint: 'alice' }, ({ text }) => text.includes('unauthorized_client')),
  ],
}
