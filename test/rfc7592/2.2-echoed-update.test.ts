import fc from 'fast-check'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RegisteredClient, read, register, update } from '../support/registration-client.ts'
import { type ManagementServer, startManagementServer, strip } from './management-realms.ts'

const word = fc.stringMatching(/^[a-z]{1,8}$/)
// Wildcards and dot segments are refused (DCR-RU-09).
const path = fc
  .tuple(
    fc.webPath().filter((text) => !/\*|\/\.{1,2}(\/|$)/.test(text)),
    fc.boolean(),
  )
  .map(([text, query]) => `${text}${query ? '?a=%2Fb&c' : ''}`)
const webUrl = fc.tuple(word, path).map(([host, rest]) => `https://${host}.example${rest}`)
const name = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const secretMethods = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt']
const device = 'urn:ietf:params:oauth:grant-type:device_code'

const { publicKey } = await generateKeyPair('ES256')
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', use: 'sig', alg: 'ES256' }] }

const anyone = {
  client_name: maybe(name),
  'client_name#de': maybe(name),
  'client_name#ja-Hani-JP': maybe(name),
  client_uri: maybe(webUrl),
  logo_uri: maybe(webUrl),
  tos_uri: maybe(webUrl),
  policy_uri: maybe(webUrl),
  contacts: maybe(fc.array(word, { maxLength: 3 }).map((locals) => locals.map((local) => `${local}@app.example`))),
  scope: maybe(
    fc.subarray(['openid', 'profile', 'email', 'offline_access', 'mcp:tools', 'unheard-of']).map((scopes) => scopes.join(' ')),
  ),
  software_id: maybe(word),
  software_version: maybe(fc.string({ minLength: 1, maxLength: 10 })),
  dpop_bound_access_tokens: maybe(fc.boolean()),
  authorization_details_types: maybe(fc.subarray(['mcp_tool'])),
  x_unheard_of: maybe(fc.jsonValue()),
}

const signingIn = {
  grant_types: maybe(
    fc.subarray(['refresh_token', device, 'implicit', 'unheard-of']).map((more) => ['authorization_code', ...more]),
  ),
  response_types: maybe(fc.constant(['code'])),
  id_token_signed_response_alg: maybe(fc.constant('ES256')),
  userinfo_signed_response_alg: maybe(fc.constant('ES256')),
  default_max_age: maybe(fc.nat(100_000)),
  require_auth_time: maybe(fc.boolean()),
  initiate_login_uri: maybe(webUrl),
  post_logout_redirect_uris: maybe(fc.array(webUrl, { maxLength: 2 })),
  require_pushed_authorization_requests: maybe(fc.boolean()),
}

const web = fc.record({
  ...anyone,
  ...signingIn,
  redirect_uris: fc
    .uniqueArray(path, { minLength: 1, maxLength: 4 })
    .map((paths) => paths.map((rest) => `https://app.example${rest}`)),
  application_type: maybe(fc.constant('web')),
  token_endpoint_auth_method: maybe(fc.constantFrom('none', ...secretMethods)),
  subject_type: maybe(fc.constantFrom('public', 'pairwise')),
  backchannel_logout_uri: maybe(webUrl),
})

const loopback = fc
  .tuple(fc.constantFrom('127.0.0.1', 'localhost', '[::1]'), fc.integer({ min: 1024, max: 65_535 }), path)
  .map(([host, port, rest]) => `http://${host}:${port}${rest}`)
const privateUse = fc.tuple(word, word).map(([domain, rest]) => `com.${domain}.app:/${rest}`)

const native = fc.record({
  ...anyone,
  ...signingIn,
  redirect_uris: fc.uniqueArray(fc.oneof(loopback, privateUse, webUrl), { minLength: 1, maxLength: 4 }),
  application_type: fc.constant('native'),
  token_endpoint_auth_method: maybe(fc.constantFrom('none', 'client_secret_basic')),
})

const machine = fc.record({
  ...anyone,
  grant_types: fc.subarray([device, 'unheard-of']).map((more) => ['client_credentials', ...more]),
  token_endpoint_auth_method: fc.constantFrom('private_key_jwt', ...secretMethods),
  jwks: fc.constant(jwks),
})

/** Bodies of clients that may well be registrable; what is refused does not count. */
const bodies = fc.oneof(web, native, machine)

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
    expect(accepted).toBeGreaterThan(200)
  }, 120_000)
})
