import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { basic, publicClient, redeem, signIn } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

describe.each([
  ['opaque', () => ({})],
  ['JWT', (issuer: string) => ({ resource: `${issuer}/register` })],
])('an ordinary %s access token presented to the server itself', (_format, target) => {
  let world: EngineWorld

  beforeEach(async () => {
    world = await openWorld()
    const secrets = [{ digest: world.digest('s3cret'), issuedAt: 0, expiresAt: 0 }]
    world.register({ client_id: 'machine', metadata: { grant_types: ['client_credentials'], response_types: [] }, secrets })
    world.register(publicClient)
  })
  afterEach(() => world.close())

  const obtain = async () => {
    const params = { grant_type: 'client_credentials', scope: 'read', ...target(world.issuer) }
    return (await redeem(world, params, basic('machine', 's3cret'))).access_token
  }
  const verify = (value: string, scheme: 'Bearer' | 'DPoP' = 'Bearer') =>
    world.engine.accessTokens.verify(world.realm(), { scheme, value, method: 'POST', url: `${world.issuer}/register` })

  it('tells client and scopes', async () => {
    expect(await verify(await obtain())).toEqual({ client_id: 'machine', scopes: ['read'] })
    expect(await verify((await signIn(world, 'public', target(world.issuer))).access_token)).toMatchObject({
      client_id: 'public',
    })
  })

  it('is refused when altered, expired, or of no such kind', async () => {
    const token = await obtain()
    expect(await verify(`${token.slice(0, -4)}AAAA`)).toBeUndefined()
    expect(await verify((await signIn(world, 'public', target(world.issuer))).id_token)).toBeUndefined()
    expect(await verify((await signIn(world, 'public', target(world.issuer))).refresh_token)).toBeUndefined()
    expect(await verify(token, 'DPoP')).toBeUndefined()
    world.passTime(601)
    expect(await verify(token)).toBeUndefined()
  })

  it('is refused after it was revoked, and when its client is suspended', async () => {
    const [revoked, suspended] = [await obtain(), await obtain()]
    await world.post('/revoke', { token: revoked }, basic('machine', 's3cret'))
    expect(await verify(revoked)).toBeUndefined()
    expect(await verify(suspended)).toBeDefined()
    world.register({
      client_id: 'machine',
      metadata: { grant_types: ['client_credentials'], response_types: [] },
      state: 'suspended',
    })
    expect(await verify(suspended)).toBeUndefined()
  })

  it('is refused after the server itself has revoked it, and no other with it', async () => {
    const [revoked, other] = [await obtain(), await obtain()]
    await world.engine.accessTokens.revoke(world.realm(), revoked)
    await world.engine.accessTokens.revoke(world.realm(), 'no-token-at-all')
    expect(await verify(revoked)).toBeUndefined()
    expect(await verify(other)).toBeDefined()
  })

  it('is refused when the grant behind it is gone', async () => {
    const { access_token, refresh_token } = await signIn(world, 'public', target(world.issuer))
    await world.post('/revoke', { token: refresh_token, client_id: 'public' })
    expect(await verify(access_token)).toBeUndefined()
  })
})

describe('an access token that was made for somebody else', () => {
  it('is refused by the server itself, which whoever received it could otherwise use (RFC 9068 §4)', async () => {
    const world = await openWorld()
    const secrets = [{ digest: world.digest('s3cret'), issuedAt: 0, expiresAt: 0 }]
    world.register({ client_id: 'machine', metadata: { grant_types: ['client_credentials'], response_types: [] }, secrets })
    const params = { grant_type: 'client_credentials', scope: 'read', resource: 'https://api.example' }
    const { access_token: value } = await redeem(world, params, basic('machine', 's3cret'))
    const presented = { scheme: 'Bearer', value, method: 'POST', url: `${world.issuer}/register` } as const
    expect(await world.engine.accessTokens.verify(world.realm(), presented)).toBeUndefined()
    await world.close()
  })
})
