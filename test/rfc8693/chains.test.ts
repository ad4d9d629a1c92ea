import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signIn } from '../support/code-flow.ts'
import type { EngineWorld } from '../support/engine-world.ts'
import { api, backend, exchange, inspect, openExchangeWorld, personToken, registerConfidential, vault } from './exchange-world.ts'

const exchangers = {
  all: 'openid profile email read mcp:tools',
  tools: 'mcp:tools read',
  mail: 'email read',
  none: 'profile',
}

describe('chains of exchanges', () => {
  let world: EngineWorld
  beforeAll(async () => {
    const rules = Object.keys(exchangers).map((client) => ({
      client,
      audiences: [],
      issuedTo: ['public', ...Object.keys(exchangers)],
    }))
    world = await openExchangeWorld({ rules, chainLengthMax: 10 })
    for (const [client_id, scope] of Object.entries(exchangers)) {
      const grant_types = ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange']
      registerConfidential(world, client_id, { grant_types, response_types: [], scope })
    }
  })
  afterAll(() => world.close())

  const words = (scope: unknown) => (typeof scope === 'string' ? scope.split(' ') : [])
  const step = fc.record({
    client: fc.constantFrom(...(Object.keys(exchangers) as (keyof typeof exchangers)[])),
    scope: fc.oneof(
      fc.constant(''),
      fc.subarray(['openid', 'email', 'read', 'mcp:tools', 'register']).map((some) => some.join(' ')),
    ),
    audience: fc.constantFrom('', api, backend, vault),
  })

  it('never widen a scope, never outlive a token before, and never fail', async () => {
    const tokens = await Promise.all(
      ['openid email read mcp:tools', 'read', 'openid profile'].map((scope) => signIn(world, 'public', { scope })),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...tokens), fc.array(step, { minLength: 1, maxLength: 6 }), async (origin, steps) => {
        let token = origin.access_token
        for (const { client, scope, audience } of steps) {
          const before = await inspect(world, token)
          const answer = await exchange(world, client, token, { scope, audience })
          expect([200, 400]).toContain(answer.status)
          if (answer.status !== 200) {
            expect(['invalid_scope', 'invalid_target']).toContain(answer.error)
            continue
          }
          token = answer.access_token
          const after = await inspect(world, token)
          expect(words(before['scope'])).toEqual(expect.arrayContaining([...words(after['scope'])]))
          expect(words(exchangers[client])).toEqual(expect.arrayContaining([...words(after['scope'])]))
          expect(words(after['scope']).join(' ')).toBe(answer.scope ?? '')
          expect(Number(after['exp'])).toBeLessThanOrEqual(Number(before['exp']))
          expect(after).toMatchObject({ active: true, sub: 'alice', client_id: client })
        }
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  it('give each of 50 exchanges at once a token of its own, and one revocation ends one', async () => {
    const token = await personToken(world)
    const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(world, 'all', token, { audience: api })))
    expect(new Set(answers.map(({ access_token }) => access_token)).size).toBe(50)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const [first, second] = answers
    await world.post('/revoke', { token: first?.access_token ?? '' }, { authorization: `Basic ${btoa('all:all')}` })
    expect((await inspect(world, first?.access_token ?? ''))['active']).toBe(false)
    expect((await inspect(world, second?.access_token ?? ''))['active']).toBe(true)
  })
})
