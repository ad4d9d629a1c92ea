import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, authorize, obtainCode, publicClient, redeem, signIn, verifier } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const redirect_uri = 'https://app.example/cb'
const asked = { client_id: 'public', redirect_uri, scope: 'openid read' }

describe('the authorization code flow', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld()
    world.register(publicClient)
    world.register({ ...publicClient, client_id: 'other' })
    world.register({
      ...publicClient,
      client_id: 'two',
      metadata: { ...publicClient.metadata, redirect_uris: [redirect_uri, `${redirect_uri}2`] },
    })
  })
  afterAll(() => world.close())

  const exchange = (code: string, more: Record<string, string> = {}) =>
    redeem(world, { grant_type: 'authorization_code', client_id: 'public', redirect_uri, code, code_verifier: verifier, ...more })

  it.each([
    ['no challenge (MCP-AUTH-01)', { code_challenge: '', code_challenge_method: '' }],
    ['the plain method (SEC-PK-03)', { code_challenge_method: 'plain' }],
    ['a challenge without a method, which means plain', { code_challenge_method: '' }],
  ])('refuses a request with %s', async (_what, params) => {
    const { location } = await authorize(world, { ...asked, ...params })
    expect(location?.searchParams.get('error')).toBe('invalid_request')
    expect(location?.searchParams.get('iss')).toBe(world.issuer)
  })

  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['an unregistered redirect URI', { redirect_uri: `${redirect_uri}x` }],
  ])('shows a page and does not redirect for %s (SEC-RD-03)', async (_what, params) => {
    const { location, status, body } = await authorize(world, { ...asked, ...params })
    expect(location).toBeUndefined()
    expect(status).toBe(400)
    expect(body).toContain('error=')
  })

  it('refuses a response type that the client is not registered for with unauthorized_client (OIDR-EFF-01)', async () => {
    const { location } = await authorize(world, { ...asked, response_type: 'code id_token', nonce: 'n' })
    expect(new URLSearchParams(location?.hash.slice(1)).get('error')).toBe('unauthorized_client')
  })

  it('answers with exactly one code, state and iss (MCP-AUTH-20)', async () => {
    const { location } = await authorize(world, asked)
    expect([...(location?.searchParams.keys() ?? [])].sort()).toEqual(['code', 'iss', 'state'])
    expect(location?.searchParams.get('iss')).toBe(world.issuer)
  })

  it('asks for everything that is new, and says so to the page', async () => {
    await authorize(world, { client_id: 'other', redirect_uri, scope: 'openid read', resource: 'https://api.example' })
    const interaction = world.interactions.filter(({ client: { client_id } }) => client_id === 'other').at(-1)
    expect(interaction).toMatchObject({
      prompt: 'consent',
      accountId: 'alice',
      redirectUri: redirect_uri,
      scopes: ['openid', 'read'],
      missingScopes: ['openid', 'read'],
      resources: ['https://api.example'],
      missingResourceScopes: { 'https://api.example': ['read'] },
    })
  })

  it.each([
    ['a wrong verifier', { code_verifier: 'x'.repeat(43) }],
    ['no verifier (SEC-PK-02)', { code_verifier: '' }],
    ['another redirect URI', { redirect_uri: 'https://app.example/other' }],
    ['another client', { client_id: 'other' }],
  ])('refuses a code with %s, and still redeems it afterwards (SEC-CD-02)', async (_what, params) => {
    const code = await obtainCode(world, asked)
    expect(await exchange(code, params)).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await exchange(code)).toMatchObject({ status: 200 })
  })

  it('revokes what a code gave when the code comes a second time (SEC-CD-02)', async () => {
    const code = await obtainCode(world, asked)
    const { refresh_token } = await exchange(code)
    expect(await exchange(code)).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await redeem(world, { grant_type: 'refresh_token', client_id: 'public', refresh_token })).toMatchObject({
      error: 'invalid_grant',
    })
  })

  it('needs no redirect_uri at the token endpoint, PKCE binds the code (SEC-CD-05)', async () => {
    const code = await obtainCode(world, { ...asked, client_id: 'two' })
    expect(await exchange(code, { client_id: 'two', redirect_uri: '' })).toMatchObject({ status: 200 })
  })

  it('issues a JWT for the resource that was granted, also where the token request names none (MCP-AUTH-08)', async () => {
    const code = await obtainCode(world, { ...asked, resource: 'https://api.example/' })
    const { access_token } = await exchange(code)
    expect(decodeJwt(access_token)).toMatchObject({
      aud: 'https://api.example',
      scope: 'read',
      sub: 'alice',
      client_id: 'public',
    })
    const other = await obtainCode(world, { ...asked, resource: 'https://api.example' })
    expect(await exchange(other, { resource: 'https://mcp.example/mcp' })).toMatchObject({ error: 'invalid_target' })
  })

  it('spells the audience of an unconfigured resource as its client does, and compares by MCP-AUTH-09', async () => {
    const code = await obtainCode(world, { ...asked, resource: 'HTTPS://MCP.example' })
    expect(decodeJwt((await exchange(code, { resource: 'https://mcp.example/' })).access_token).aud).toBe('https://mcp.example/')
  })

  it('gives default scopes to a request that names none', async () => {
    const code = await obtainCode(world, { ...asked, scope: '' })
    expect(await exchange(code)).toMatchObject({ status: 200, scope: 'read' })
  })

  it('works with openid-client by discovery alone, userinfo included', async () => {
    const options = { execute: [client.allowInsecureRequests] }
    const config = await client.discovery(new URL(world.issuer), 'public', undefined, client.None(), options)
    const target = client.buildAuthorizationUrl(config, {
      redirect_uri,
      scope: 'openid email',
      nonce: 'n1',
      response_type: 'code',
    })
    const challenge = { code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }
    for (const [name, value] of Object.entries(challenge)) target.searchParams.set(name, value)
    const { location } = await world.browser().visit(target)
    const tokens = await client.authorizationCodeGrant(config, location ?? target, {
      pkceCodeVerifier: verifier,
      expectedNonce: 'n1',
    })
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '')
    expect(userinfo).toEqual({ sub: 'alice', email: 'alice@example.org' })
  })

  it('signs userinfo for a client that asked for it (OIDR-MD-13)', async () => {
    world.register({
      ...publicClient,
      client_id: 'signed',
      metadata: { ...publicClient.metadata, userinfo_signed_response_alg: 'EdDSA' },
    })
    const { access_token } = await signIn(world, 'signed')
    const response = await fetch(`${world.issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })
    expect(response.headers.get('content-type')).toContain('application/jwt')
    const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`))
    const { payload, protectedHeader } = await jwtVerify(await response.text(), keys, {
      issuer: world.issuer,
      audience: 'signed',
    })
    expect([payload.sub, protectedHeader.alg]).toEqual(['alice', 'EdDSA'])
  })

  it('gives one person another name in each sector (OIDR-SEC-07)', async () => {
    const pairwise = { ...publicClient.metadata, subject_type: 'pairwise' }
    world.register({ ...publicClient, client_id: 'pairwise-a', metadata: pairwise })
    world.register({
      ...publicClient,
      client_id: 'pairwise-b',
      metadata: { ...pairwise, redirect_uris: ['https://b.example/cb'] },
    })
    const a = decodeJwt((await signIn(world, 'pairwise-a')).id_token).sub
    const again = decodeJwt((await signIn(world, 'pairwise-a')).id_token).sub
    const b = decodeJwt((await signIn(world, 'pairwise-b', { redirect_uri: 'https://b.example/cb' })).id_token).sub
    expect(a).toBe(again)
    expect(new Set([a, b, 'alice']).size).toBe(3)
  })

  it('takes no URL from Host (SEC-TP-03)', async () => {
    const url = authorizationUrl(world, asked)
    const response = await fetch(url, { headers: { host: 'evil.example' }, redirect: 'manual' })
    expect(response.headers.get('location')).toContain(`${world.issuer}/interaction/`)
  })
})
