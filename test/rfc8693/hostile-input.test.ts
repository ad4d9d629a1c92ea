import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { basic, signIn } from '../support/code-flow.ts'
import type { EngineWorld } from '../support/engine-world.ts'
import { api, backend, clientToken, exchangeGrant, openExchangeWorld, personToken, tokenType, vault } from './exchange-world.ts'

const codes = ['invalid_request', 'invalid_target', 'invalid_scope', 'invalid_grant', 'unauthorized_client', 'invalid_dpop_proof']

let world: EngineWorld
let tokens: readonly string[]
beforeAll(async () => {
  world = await openExchangeWorld()
  const { id_token, refresh_token } = await signIn(world, 'public')
  const person = await personToken(world, { resource: api })
  tokens = [person, await personToken(world, { resource: vault }), await clientToken(world, 'gateway'), id_token, refresh_token]
})
afterAll(() => world.close())

it('answers any combination of parameters with a token or an error of the standard, and never with a fault', async () => {
  const junk = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', ' ', '\0', 'eyJ.eyJ.', 'eyJhbGciOiJub25lIn0.e30.', '{}'),
  )
  const token = fc.oneof({ weight: 3, arbitrary: fc.nat(4).map((index) => tokens[index] ?? '') }, junk)
  const type = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('access_token', 'jwt', 'id_token', 'refresh_token').map(tokenType) },
    junk,
  )
  const target = fc.oneof(fc.constantFrom(api, backend, vault, `${api}/`, 'https://API.example', 'gateway'), junk)
  const several = fc.array(target, { maxLength: 3 })
  const words = fc.oneof(fc.constantFrom('read', 'mcp:tools', 'openid', 'read read', 'offline_access'), junk)
  const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
  const request = fc.record({
    subject_token: some(token),
    subject_token_type: some(type),
    actor_token: some(token),
    actor_token_type: some(type),
    requested_token_type: some(type),
    audience: some(several),
    resource: some(several),
    scope: some(words),
  })
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(request, fc.constantFrom('gateway', 'narrow', 'plain'), async (params, client_id) => {
      const body = new URLSearchParams({ grant_type: exchangeGrant })
      for (const [name, value] of Object.entries(params)) for (const one of [value ?? []].flat()) body.append(name, one)
      const response = await world.post('/token', body, basic(client_id, client_id))
      const { error = 'none' } = (await response.json()) as { error?: string }
      seen.add(error)
      expect([response.status, error]).toEqual(error === 'none' ? [200, 'none'] : [400, expect.toBeOneOf(codes)])
    }),
    { numRuns: 400 },
  )
  expect([...seen]).toEqual(expect.arrayContaining(['invalid_request', 'unauthorized_client']))
  expect(world.logged.filter(({ event }) => event === 'server_error')).toEqual([])
}, 60_000)
