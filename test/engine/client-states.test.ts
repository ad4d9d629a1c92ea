import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../../src/registration/index.ts'
import { authorize, basic, publicClient, redeem, signIn } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

type End = (world: EngineWorld) => void

const again = (world: EngineWorld, changes: Partial<Client>) => world.register({ ...publicClient, ...changes })
const ends: [string, End][] = [
  ['suspended', (world) => again(world, { state: 'suspended' })],
  ['waiting for approval', (world) => again(world, { state: 'pending' })],
  ['expired by time alone', (world) => world.passTime(100)],
]

describe.each(ends)('a client that is %s', (_state, end) => {
  let world: EngineWorld

  beforeEach(async () => {
    world = await openWorld()
    const secrets = [{ digest: world.digest('s3cret'), issuedAt: 0, expiresAt: 0 }]
    world.register({ client_id: 'machine', metadata: { grant_types: ['client_credentials'], response_types: [] }, secrets })
    again(world, { expiresAt: world.now() + 100 })
  })
  afterEach(() => world.close())

  const isActive = async (token: string) => {
    const response = await world.post('/introspect', { token }, basic('machine', 's3cret'))
    return ((await response.json()) as { active: boolean }).active
  }
  const userinfo = async (token: string) =>
    (await fetch(`${world.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status
  const verify = (value: string) =>
    world.engine.accessTokens.verify(world.realm(), { scheme: 'Bearer', value, method: 'POST', url: `${world.issuer}/register` })

  it('can do nothing, and its tokens are good for nothing', async () => {
    const { access_token: opaque, refresh_token } = await signIn(world, 'public')
    const { access_token: jwt } = await signIn(world, 'public', { resource: `${world.issuer}/register` })
    expect([await isActive(opaque), await isActive(jwt), await userinfo(opaque)]).toEqual([true, true, 200])
    expect([await verify(opaque), await verify(jwt)]).not.toContain(undefined)

    end(world)

    expect([await isActive(opaque), await isActive(jwt), await userinfo(opaque)]).toEqual([false, false, 401])
    expect([await verify(opaque), await verify(jwt)]).toEqual([undefined, undefined])
    const refresh = { grant_type: 'refresh_token', refresh_token, client_id: 'public' }
    expect(await redeem(world, refresh)).toMatchObject({ status: 401, error: 'invalid_client' })
    const request = { client_id: 'public', redirect_uri: 'https://app.example/cb', scope: 'openid' }
    const { location, status } = await authorize(world, request)
    expect([location, status]).toEqual([undefined, 400])
  })
})
