import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { JsonValue } from '../../src/registration/index.ts'
import { basic } from '../support/code-flow.ts'
import type { EngineWorld } from '../support/engine-world.ts'
import {
  api,
  backend,
  claimsFor,
  createIssuer,
  exchangeGrant,
  type Issuer,
  idp,
  jwtBearerGrant,
  openAssertionWorld,
} from './assertion-world.ts'

const codes = ['invalid_request', 'invalid_target', 'invalid_scope', 'invalid_grant', 'unauthorized_client']
const uses = ['token-exchange', 'jwt-bearer', 'id-jag'] as const
const identityAssertion = 'urn:ietf:params:oauth:token-type:id-jag'

let world: EngineWorld
let issuer: Issuer
beforeAll(async () => {
  issuer = await createIssuer()
  world = await openAssertionWorld(
    [issuer.entry({ uses: [...uses], subject: { kind: 'username', claim: 'login', emailDomains: [] } })],
    {
      realm: (realm) => ({
        ...realm,
        assertionAudiences: [
          {
            ...{ id: 'chat', issuer: 'https://chat.example', aliases: ['urn:chat'], clients: [{ client_id: 'agent' }] },
            ...{ resources: [api], scopes: ['chat'], claims: ['email'], lifetimeSeconds: 300 },
          },
        ],
      }),
    },
  )
})
afterAll(() => world.close())

const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('', 'alice', idp, api, 'read', 'agent', -1, 0, 1e300, 4_102_444_800, '\0', 'a'.repeat(600)),
) as fc.Arbitrary<JsonValue>
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const claimNames = [
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'client_id',
  'resource',
  'scope',
  'act',
  'may_act',
  'cnf',
  'login',
]
const changes = fc.dictionary(fc.constantFrom(...claimNames, 'tenant', 'email', '__proto__'), value, { maxKeys: 4 })
const typ = fc.oneof(fc.constantFrom(undefined, 'JWT', 'at+jwt', 'oauth-id-jag+jwt', 'application/oauth-id-jag+jwt', ''), value)
const junk = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(' ', '\0', 'eyJ.eyJ.', 'eyJhbGciOiJub25lIn0.e30.'))

/** Whatever the issuer that is trusted signs, and whatever comes in its place. */
it('answers any assertion with a token or an error of the standard, and never with a fault', async () => {
  const request = fc.record({
    changes,
    typ,
    instead: some(fc.oneof({ weight: 1, arbitrary: junk }, { weight: 6, arbitrary: fc.constant(undefined) })),
    scope: some(fc.constantFrom('read', 'email', 'nobody', 're"ad')),
    resource: some(fc.array(fc.oneof(fc.constantFrom(api, backend, `${api}/`), junk), { maxLength: 2 })),
    exchanges: fc.boolean(),
  })
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(request, async ({ changes: some_, typ: type, instead, scope, resource, exchanges }) => {
      const claims = { ...claimsFor(world), client_id: 'agent', login: 'alice', ...some_ }
      const assertion = instead ?? (await issuer.sign(claims, type === undefined ? {} : { typ: type }))
      const body = new URLSearchParams(
        exchanges
          ? { grant_type: exchangeGrant, subject_token: assertion, subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' }
          : { grant_type: jwtBearerGrant, assertion },
      )
      if (scope !== undefined) body.append('scope', scope)
      for (const one of resource ?? []) body.append('resource', one)
      seen.add(await outcomeOf(body))
    }),
    { numRuns: 500 },
  )
  expect([...seen]).toEqual(expect.arrayContaining(['none', 'invalid_grant', 'invalid_request']))
  expect(world.logged.filter(({ event }) => event === 'server_error')).toEqual([])
}, 60_000)

it('answers any request for an identity assertion so', async () => {
  const words = fc.oneof(fc.constantFrom('https://chat.example', 'urn:chat', api, 'chat', 'agent'), junk)
  const request = fc.record({
    audience: some(fc.array(words, { maxLength: 2 })),
    resource: some(fc.array(words, { maxLength: 2 })),
    scope: some(words),
    subject_token: some(words),
    subject_token_type: some(fc.constantFrom('urn:ietf:params:oauth:token-type:id_token', 'x')),
    actor_token: some(words),
  })
  await fc.assert(
    fc.asyncProperty(request, async (params) => {
      const body = new URLSearchParams({ grant_type: exchangeGrant, requested_token_type: identityAssertion })
      for (const [name, sent] of Object.entries(params)) for (const one of [sent ?? []].flat()) body.append(name, one)
      await outcomeOf(body)
    }),
    { numRuns: 200 },
  )
  expect(world.logged.filter(({ event }) => event === 'server_error')).toEqual([])
}, 60_000)

async function outcomeOf(body: URLSearchParams): Promise<string> {
  const response = await world.post('/token', body, basic('agent', 'agent'))
  const { error = 'none' } = (await response.json()) as { error?: string }
  expect([response.status, error]).toEqual(error === 'none' ? [200, 'none'] : [400, expect.toBeOneOf(codes)])
  return error
}
