import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorize, obtainCode, publicClient } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const asked = { redirect_uri: 'https://app.example/cb', scope: 'openid read', nonce: 'n1' }
const noChallenge = { code_challenge: '', code_challenge_method: '' }

describe('require_proof_key_for_code_exchange, where the realm asks only public clients for PKCE', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld({ realm: (realm) => ({ ...realm, pkce: 'public' }) })
    const register = (client_id: string, required?: boolean) =>
      world.register({
        ...publicClient,
        client_id,
        metadata: {
          ...publicClient.metadata,
          token_endpoint_auth_method: 'client_secret_basic',
          ...(required === undefined ? {} : { require_proof_key_for_code_exchange: required }),
        },
      })
    register('bound', true)
    register('unbound', false)
    register('silent')
  })
  afterAll(() => world.close())

  it('refuses a confidential client that has it without a challenge (SEC-PK-01)', async () => {
    const { location } = await authorize(world, { ...asked, ...noChallenge, client_id: 'bound' })
    expect(location?.searchParams.get('error')).toBe('invalid_request')
  })

  it('gives that client a code with a challenge', async () => {
    expect(await obtainCode(world, { ...asked, client_id: 'bound' })).toBeTruthy()
  })

  it.each(['unbound', 'silent'])('leaves a confidential client without it alone: %s', async (client_id) => {
    expect(await obtainCode(world, { ...asked, ...noChallenge, client_id })).toBeTruthy()
  })
})
