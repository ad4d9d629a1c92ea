import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authorizationUrl, authorize, obtainCode, publicClient, redeem, signIn, verifier } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const redirect_uri = 'https://app.example/cb'

describe('consent', () => {
  let world: EngineWorld

  beforeEach(async () => {
    world = await openWorld()
    world.register(publicClient)
  })
  afterEach(() => world.close())

  const prompts = () => world.interactions.splice(0).map(({ prompt }) => prompt)

  it('is remembered in another browser, for what was granted (scopes, resources)', async () => {
    await signIn(world, 'public', { resource: 'https://api.example' })
    expect(prompts()).toEqual(['login', 'consent'])
    const { access_token } = await signIn(world, 'public', { resource: 'https://api.example' })
    expect(prompts()).toEqual(['login'])
    expect(access_token).toMatch(/^eyJ/)
  })

  it('is asked for again for more, and shows what is new (MCP-AUTH-16)', async () => {
    const browser = world.browser()
    await signIn(world, 'public', {}, browser)
    prompts()
    const { scope } = await signIn(world, 'public', { scope: 'openid read email' }, browser)
    expect(world.interactions.at(-1)).toMatchObject({
      prompt: 'consent',
      missingScopes: ['email'],
      scopes: ['openid', 'read', 'email'],
    })
    expect(scope).toBe('openid read email')
    await signIn(world, 'public', { scope: 'openid read email' })
    expect(prompts()).toEqual(['consent', 'login'])
  })

  it('is asked for again when the client shows another face (DCM-PUT-17, SEC-RAT-03)', async () => {
    const browser = world.browser()
    await signIn(world, 'public', {}, browser)
    prompts()
    const moved = { ...publicClient.metadata, redirect_uris: [redirect_uri, 'https://elsewhere.example/cb'] }
    world.register({ ...publicClient, metadata: moved })
    await signIn(world, 'public', {}, browser)
    expect(prompts()).toEqual(['consent'])
  })

  it('is asked for by each client by itself (MCP-CON-01)', async () => {
    world.register({ ...publicClient, client_id: 'second' })
    const browser = world.browser()
    await signIn(world, 'public', {}, browser)
    prompts()
    await signIn(world, 'second', {}, browser)
    expect(prompts()).toEqual(['consent'])
  })

  it.each(['http://127.0.0.1:5000/cb', 'http://localhost:5000/cb', 'com.example.app:/cb'])(
    'is asked for every time at %s (MCP-CON-07)',
    async (redirect) => {
      const metadata = { ...publicClient.metadata, application_type: 'native', redirect_uris: [redirect] }
      world.register({ ...publicClient, client_id: 'native', metadata })
      const browser = world.browser()
      await signIn(world, 'native', { redirect_uri: redirect }, browser)
      expect(prompts()).toEqual(['login', 'consent'])
      await signIn(world, 'native', { redirect_uri: redirect }, browser)
      expect(prompts()).toEqual(['consent'])
      const silent = await authorize(
        world,
        { client_id: 'native', redirect_uri: redirect, scope: 'openid read', prompt: 'none' },
        browser,
      )
      expect(silent.location?.searchParams.get('error')).toBe('interaction_required')
    },
  )

  it("is not asked for by the operator's own software, on the loopback interface neither", async () => {
    const metadata = { ...publicClient.metadata, application_type: 'native', redirect_uris: ['http://127.0.0.1/cb'] }
    world.register({ ...publicClient, client_id: 'own', metadata, firstParty: true })
    const tokens = await signIn(world, 'own', { redirect_uri: 'http://127.0.0.1:5001/cb', resource: 'https://api.example' })
    expect(prompts()).toEqual(['login'])
    expect(tokens).toMatchObject({ status: 200, scope: 'read' })
  })

  it('serves prompt=none silently where it was given', async () => {
    const browser = world.browser()
    await signIn(world, 'public', {}, browser)
    const silent = await authorize(world, { client_id: 'public', redirect_uri, scope: 'openid read', prompt: 'none' }, browser)
    expect(silent.location?.searchParams.get('code')).toMatch(/./)
  })

  it('belongs to the person who gave it', async () => {
    await signIn(world, 'public')
    prompts()
    world.person.accountId = 'bob'
    await signIn(world, 'public')
    expect(prompts()).toEqual(['login', 'consent'])
  })

  it('asks for authorization details every time, and never widens them (RFC 9396)', async () => {
    const details = [{ type: 'payment', amount: '10' }]
    world.register({
      ...publicClient,
      client_id: 'payer',
      metadata: { ...publicClient.metadata, authorization_details_types: ['payment'] },
    })
    const asked = {
      client_id: 'payer',
      redirect_uri,
      scope: 'openid read',
      resource: 'https://api.example',
      authorization_details: JSON.stringify(details),
    }
    const grant = async (more: Record<string, string> = {}) => {
      const code = await obtainCode(world, asked)
      return redeem(world, {
        grant_type: 'authorization_code',
        client_id: 'payer',
        redirect_uri,
        code,
        code_verifier: verifier,
        ...more,
      })
    }
    expect(await grant()).toMatchObject({ status: 200, authorization_details: details })
    expect(world.interactions.at(-1)?.authorizationDetails).toEqual(details)
    const wider = JSON.stringify([{ type: 'payment', amount: '1000' }])
    expect(await grant({ authorization_details: wider, resource: 'https://api.example' })).toMatchObject({
      error: 'invalid_authorization_details',
    })
    const refused = await authorize(world, { ...asked, client_id: 'public' })
    expect(refused.location?.searchParams.get('error')).toBe('invalid_authorization_details')
  })

  it('cannot be given from another browser (SEC-CON-03)', async () => {
    const response = await fetch(authorizationUrl(world, { client_id: 'public', redirect_uri, scope: 'openid' }), {
      redirect: 'manual',
    })
    const page = response.headers.get('location') ?? ''
    expect((await world.browser().visit(page)).body).toBe('no such interaction')
  })

  it('has cookies that scripts and other sites do not get (SEC-CON-05)', async () => {
    const response = await fetch(authorizationUrl(world, { client_id: 'public', redirect_uri, scope: 'openid' }), {
      redirect: 'manual',
    })
    for (const cookie of response.headers.getSetCookie()) expect(cookie.toLowerCase()).toMatch(/httponly/)
    for (const cookie of response.headers.getSetCookie()) expect(cookie.toLowerCase()).toMatch(/samesite=lax/)
  })
})
