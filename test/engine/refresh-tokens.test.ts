import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { obtainCode, publicClient, redeem, signIn, verifier } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

describe('refresh tokens', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld()
    world.register(publicClient)
    world.register({
      ...publicClient,
      client_id: 'without',
      metadata: { ...publicClient.metadata, grant_types: ['authorization_code'] },
    })
  })
  afterAll(() => world.close())

  const refresh = (refresh_token: string, more: Record<string, string> = {}) =>
    redeem(world, { grant_type: 'refresh_token', client_id: 'public', refresh_token, ...more })

  it('is not issued to a client that did not register the grant (MCP-AUTH-15)', async () => {
    expect((await signIn(world, 'without')).refresh_token).toBeUndefined()
  })

  it('is replaced at each use, and its second use revokes the family (SEC-TK-05, MCP-AUTH-11)', async () => {
    const first = await signIn(world, 'public')
    const second = await refresh(first.refresh_token)
    expect(second).toMatchObject({ status: 200, scope: 'openid read' })
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await refresh(second.refresh_token)).toMatchObject({ status: 400, error: 'invalid_grant' })
  })

  it('never widens the scope (SEC-TK-06)', async () => {
    const { refresh_token } = await signIn(world, 'public')
    expect(await refresh(refresh_token, { scope: 'openid read email' })).toMatchObject({ status: 400, error: 'invalid_scope' })
    expect(await refresh(refresh_token, { scope: 'read' })).toMatchObject({ status: 200, scope: 'read' })
  })

  it('gives no scope that the client is not registered for any more (RFC 7592 §2.2)', async () => {
    const narrowed = { ...publicClient, client_id: 'narrowed' }
    world.register(narrowed)
    const { access_token, refresh_token } = await signIn(world, 'narrowed', { scope: 'openid read email' })
    world.register({ ...narrowed, metadata: { ...publicClient.metadata, scope: 'openid' } })
    const userinfo = await fetch(`${world.issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })
    expect(await userinfo.json()).toEqual({ sub: 'alice' })
    expect(await refresh(refresh_token, { client_id: 'narrowed' })).toMatchObject({ status: 200, scope: 'openid' })
  })

  it('is refused from another client', async () => {
    world.register({ ...publicClient, client_id: 'thief' })
    const { refresh_token } = await signIn(world, 'public')
    expect(await refresh(refresh_token, { client_id: 'thief' })).toMatchObject({ error: 'invalid_grant' })
  })

  it('is rotated for a public client even where the realm does not rotate, and only there (RFC 9700 §4.14.2)', async () => {
    const still = await openWorld({ realm: (realm) => ({ ...realm, tokens: { ...realm.tokens, rotateRefreshTokens: false } }) })
    const secrets = [{ digest: still.digest('s3cret'), issuedAt: 0, expiresAt: 0 }]
    still.register(publicClient)
    still.register({
      client_id: 'web',
      secrets,
      metadata: { ...publicClient.metadata, token_endpoint_auth_method: 'client_secret_post' },
    })
    const redirect_uri = 'https://app.example/cb'
    const code = await obtainCode(still, { client_id: 'web', redirect_uri, scope: 'openid read' })
    const web = { client_id: 'web', client_secret: 's3cret' }
    const tokens = await redeem(still, { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier, ...web })
    const again = await redeem(still, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, ...web })
    expect(again.refresh_token).toBe(tokens.refresh_token)
    const open = await signIn(still, 'public')
    const rotated = await redeem(still, { grant_type: 'refresh_token', refresh_token: open.refresh_token, client_id: 'public' })
    expect(rotated.refresh_token).not.toBe(open.refresh_token)
    await still.close()
  })

  it('keeps its end when it is rotated: the lifetime counts from the first one (SEC-TK-08)', async () => {
    const short = await openWorld({
      realm: (realm) => ({
        ...realm,
        tokens: { ...realm.tokens, refreshTokenLifetimeSeconds: 100, refreshTokenIdleSeconds: 90 },
      }),
    })
    short.register(publicClient)
    const { refresh_token } = await signIn(short, 'public')
    const isToken = (row: { model: string }) => row.model === 'RefreshToken'
    const row = [...short.objects.rows.entries()].find(([, candidate]) => isToken(candidate))
    const began = Number(row?.[1].payload['iiat'])
    if (row !== undefined) short.objects.rows.set(row[0], { ...row[1], payload: { ...row[1].payload, iiat: began - 60 } })
    await redeem(short, { grant_type: 'refresh_token', refresh_token, client_id: 'public' })
    const ends = [...short.objects.rows.values()].filter(isToken).map(({ payload }) => Number(payload['exp']))
    expect(ends.at(-1)).toBeLessThanOrEqual(began + 41)
    await short.close()
  })

  it('is issued for offline_access alone where the realm says so (MCP-AUTH-14)', async () => {
    world.change((realm) => ({ ...realm, tokens: { ...realm.tokens, issueRefreshToken: 'offline_access' } }))
    expect((await signIn(world, 'public')).refresh_token).toBeUndefined()
    const granted = await signIn(world, 'public', { scope: 'openid offline_access', prompt: 'consent' })
    expect(granted.refresh_token).toMatch(/^[\w-]{43}$/)
    world.change((realm) => ({ ...realm, tokens: { ...realm.tokens, issueRefreshToken: 'always' } }))
  })
})
