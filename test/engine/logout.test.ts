import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Browser, fieldsOf } from '../support/browser.ts'
import { publicClient, redeem, signIn } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const front = 'https://app.example/front?x=1'
const back = 'https://app.example/back'
const after = 'https://app.example/bye'

describe('logout', () => {
  let world: EngineWorld
  let browser: Browser

  beforeEach(async () => {
    world = await openWorld()
    world.outbound = async () => new Response(null, { status: 200 })
    browser = world.browser()
    const { metadata } = publicClient
    world.register({ ...publicClient, metadata: { ...metadata, post_logout_redirect_uris: [after] } })
    const session = { frontchannel_logout_uri: front, frontchannel_logout_session_required: true }
    world.register({ client_id: 'framed', metadata: { ...metadata, ...session, post_logout_redirect_uris: [after] } })
    world.register({
      client_id: 'called',
      metadata: { ...metadata, backchannel_logout_uri: back, backchannel_logout_session_required: true },
    })
  })
  afterEach(() => world.close())

  const signOut = async (params: Record<string, string>) => {
    const { body } = await browser.visit(`${world.issuer}/logout?${new URLSearchParams(params)}`)
    return browser.submit(`${world.issuer}/logout/confirm`, { ...fieldsOf(body), logout: 'yes' })
  }

  it('redirects to no address that is not registered (SEC-OR-06, OIDR-LO-01)', async () => {
    const { id_token } = await signIn(world, 'public', {}, browser)
    const params = { id_token_hint: id_token, post_logout_redirect_uri: 'https://evil.example/' }
    const { location, status } = await browser.visit(`${world.issuer}/logout?${new URLSearchParams(params)}`)
    expect([location, status]).toEqual([undefined, 400])
  })

  it('asks first, and then returns to the client with its state', async () => {
    const { id_token } = await signIn(world, 'public', {}, browser)
    const { location } = await signOut({ id_token_hint: id_token, post_logout_redirect_uri: after, state: 's1' })
    expect(location?.href).toBe(`${after}?state=s1`)
    await signIn(world, 'public', {}, browser)
    expect(world.interactions.filter(({ prompt }) => prompt === 'login')).toHaveLength(2)
  })

  it('is confirmed by our own form alone', async () => {
    await signIn(world, 'public', {}, browser)
    expect((await browser.submit(`${world.issuer}/logout/confirm`, { logout: 'yes', xsrf: 'guess' })).status).toBe(400)
  })

  it('ends the refresh token of a browser application, and not that of a program (SEC-BB-03)', async () => {
    const redirect = 'http://127.0.0.1:4000/cb'
    const metadata = { ...publicClient.metadata, application_type: 'native', redirect_uris: [redirect] }
    world.register({ client_id: 'program', metadata })
    const inBrowser = await signIn(world, 'public', {}, browser)
    const ofProgram = await signIn(world, 'program', { redirect_uri: redirect }, browser)
    await signOut({})
    const refresh = (client_id: string, refresh_token: string) =>
      redeem(world, { grant_type: 'refresh_token', client_id, refresh_token })
    expect(await refresh('public', inBrowser.refresh_token)).toMatchObject({ error: 'invalid_grant' })
    expect(await refresh('program', ofProgram.refresh_token)).toMatchObject({ status: 200 })
  })

  it('tells clients in frames, with iss and sid, and then goes on (Front-Channel Logout §2)', async () => {
    const { id_token } = await signIn(world, 'framed', {}, browser)
    const { location, body } = await signOut({ id_token_hint: id_token, post_logout_redirect_uri: after })
    expect(location).toBeUndefined()
    const frame = new URL(/src="([^"]+)"/.exec(body)?.[1] ?? '')
    const sid = String(decodeJwt(id_token)['sid'])
    expect(Object.fromEntries(frame.searchParams)).toEqual({ x: '1', iss: world.issuer, sid })
    expect(body).toContain(`href="${after}"`)
  })

  it('calls clients by a signed token through the guarded fetcher (Back-Channel Logout §2.4)', async () => {
    const { id_token } = await signIn(world, 'called', {}, browser)
    await signOut({})
    const call = world.fetched.find(({ url }) => url === back)
    const token = new URLSearchParams(String(call?.options?.body)).get('logout_token') ?? ''
    const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`))
    const { payload } = await jwtVerify(token, keys, { issuer: world.issuer, audience: 'called', typ: 'logout+jwt' })
    expect(payload).toMatchObject({ sub: 'alice', sid: decodeJwt(id_token)['sid'], jti: expect.any(String) })
    expect(payload['nonce']).toBeUndefined()
  })

  it('succeeds though a client cannot be reached, and says so in the log', async () => {
    world.outbound = async () => Promise.reject(new Error('refused'))
    await signIn(world, 'called', {}, browser)
    expect((await signOut({})).status).toBe(200)
    expect(world.logged.map(({ event }) => event)).toContain('backchannel_logout_failed')
  })
})
