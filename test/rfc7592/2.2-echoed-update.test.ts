import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RegisteredClient, read, register, update } from '../support/registration-client.ts'
import { type ManagementServer, startManagementServer, strip } from './management-realms.ts'

const word = fc.stringMatching(/^[a-z]{1,8}$/)
const webUrl = fc
  .tuple(word, fc.webPath(), fc.boolean())
  .map(([host, path, query]) => `https://${host}.example${path}${query ? '?a=%2Fb&c' : ''}`)
const redirect = fc.oneof(
  webUrl,
  fc
    .tuple(fc.constantFrom('127.0.0.1', 'localhost', '[::1]'), fc.integer({ min: 1024, max: 65_535 }), word)
    .map(([host, port, path]) => `http://${host}:${port}/${path}`),
  fc.tuple(word, word).map(([domain, path]) => `com.${domain}.app:/${path}`),
)
const name = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined, freq: 2 })

/** Bodies of clients that may well be registrable; what is refused does not count. */
const bodies = fc.record({
  redirect_uris: fc.uniqueArray(redirect, { minLength: 1, maxLength: 4 }),
  client_name: maybe(name),
  'client_name#de': maybe(name),
  'client_name#ja-Hani-JP': maybe(name),
  client_uri: maybe(webUrl),
  logo_uri: maybe(webUrl),
  tos_uri: maybe(webUrl),
  policy_uri: maybe(webUrl),
  contacts: maybe(
    fc.array(
      word.map((local) => `${local}@app.example`),
      { maxLength: 3 },
    ),
  ),
  scope: maybe(
    fc.subarray(['openid', 'profile', 'email', 'offline_access', 'mcp:tools', 'unheard-of']).map((scopes) => scopes.join(' ')),
  ),
  grant_types: maybe(
    fc.subarray([
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
      'implicit',
      'unheard-of',
    ]),
  ),
  response_types: maybe(fc.subarray(['code', 'token', 'none'])),
  application_type: maybe(fc.constantFrom('web', 'native')),
  token_endpoint_auth_method: maybe(
    fc.constantFrom('none', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'self_signed_tls_client_auth'),
  ),
  subject_type: maybe(fc.constantFrom('public', 'pairwise')),
  id_token_signed_response_alg: maybe(fc.constantFrom('ES256', 'RS256', 'HS256')),
  userinfo_signed_response_alg: maybe(fc.constantFrom('ES256', 'PS256')),
  default_max_age: maybe(fc.nat(100_000)),
  require_auth_time: maybe(fc.boolean()),
  default_acr_values: maybe(fc.array(word, { maxLength: 2 })),
  initiate_login_uri: maybe(webUrl),
  post_logout_redirect_uris: maybe(fc.array(webUrl, { maxLength: 2 })),
  backchannel_logout_uri: maybe(webUrl),
  software_id: maybe(word),
  software_version: maybe(fc.string({ minLength: 1, maxLength: 10 })),
  dpop_bound_access_tokens: maybe(fc.boolean()),
  require_pushed_authorization_requests: maybe(fc.boolean()),
  authorization_details_types: maybe(fc.subarray(['mcp_tool'])),
  x_unheard_of: maybe(fc.jsonValue()),
})

describe('RFC 7592 §2.2, the echo of what the server says', () => {
  let server: ManagementServer
  beforeAll(async () => {
    server = await startManagementServer({ strict: { serverMembersInUpdate: 'refuse' } })
  })
  afterAll(() => server?.stop())

  it('changes nothing, for every client that can be registered: PUT(strip(GET)) is the identity (DCM-PUT-09)', async () => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const answer = await register(server.realm('strict'), body)
        expect(answer.status).toBeOneOf([201, 400])
        if (answer.status === 400) return
        accepted += 1
        const client = answer.body as unknown as RegisteredClient
        const before = await read(client)
        const { client_secret: _shownOnce, ...told } = answer.body
        expect(before.body).toEqual(told)
        const updated = await update(client, strip(before.body))
        expect([updated.status, updated.text]).toEqual([200, before.text])
        expect((await read(client)).text).toBe(before.text)
      }),
      { numRuns: 300, seed: 7592 },
    )
    expect(accepted).toBeGreaterThan(50)
  }, 120_000)
})
