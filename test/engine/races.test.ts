import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { obtainCode, publicClient, redeem, signIn, verifier } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const attempts = Array.from({ length: 200 })
const redirect_uri = 'https://app.example/cb'

describe('one-time credentials under 200 parallel attempts', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld()
    world.register(publicClient)
  })
  afterAll(() => world.close())

  const countSuccesses = async (attempt: () => Promise<{ readonly status: number; readonly error?: string }>) => {
    const answers = await Promise.all(attempts.map(attempt))
    expect(new Set(answers.map(({ error }) => error))).toEqual(new Set([undefined, 'invalid_grant']))
    return answers.filter(({ status }) => status === 200).length
  }

  it('redeems one code once (SEC-CD-03)', async () => {
    const code = await obtainCode(world, { client_id: 'public', redirect_uri, scope: 'openid read' })
    const params = { grant_type: 'authorization_code', client_id: 'public', redirect_uri, code, code_verifier: verifier }
    expect(await countSuccesses(() => redeem(world, params))).toBe(1)
  }, 60_000)

  it('redeems one refresh token once, and the family ends (SEC-TK-09)', async () => {
    const { refresh_token } = await signIn(world, 'public')
    expect(await countSuccesses(() => redeem(world, { grant_type: 'refresh_token', client_id: 'public', refresh_token }))).toBe(1)
    expect(
      [...world.objects.rows.values()].filter(({ model, consumedAt }) => model === 'RefreshToken' && consumedAt !== undefined),
    ).toEqual([])
  }, 60_000)
})
