import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, publicClient } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

describe('requests by POST', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld()
    world.register(publicClient)
  })
  afterAll(() => world.close())

  const asked = () => authorizationUrl(world, { client_id: 'public', redirect_uri: 'https://app.example/cb', scope: 'openid' })

  it('end at the client like those by GET (OpenID Connect Core §3.1.2.1)', async () => {
    const { location } = await world.browser().visit(`${world.issuer}/authorize`, { method: 'POST', body: asked().searchParams })
    expect(location?.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
  })

  it('go on by 303, with the parameters as they came (SEC-RD-09)', async () => {
    const response = await fetch(`${world.issuer}/authorize`, { method: 'POST', body: asked().searchParams, redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([303, asked().href])
  })

  it('ask before they sign anybody out (OpenID Connect RP-Initiated Logout §2)', async () => {
    const browser = world.browser()
    await browser.visit(asked())
    const page = await browser.visit(`${world.issuer}/logout`, { method: 'POST', body: new URLSearchParams({ state: 'x' }) })
    expect([page.status, page.body.includes('op.logoutForm')]).toEqual([200, true])
  })

  it('keep a parameter that comes twice, which is then refused', async () => {
    const twice = new URLSearchParams([...asked().searchParams, ['scope', 'read']])
    const { location } = await world.browser().visit(`${world.issuer}/authorize`, { method: 'POST', body: twice })
    expect(location?.searchParams.get('error')).toBe('invalid_request')
  })

  it.each([
    ['that is no form', 'application/json', '{}'],
    ['that is too large for a query', 'application/x-www-form-urlencoded', `x=${'x'.repeat(20_000)}`],
  ])('are refused with a body %s', async (_, type, body) => {
    const response = await fetch(`${world.issuer}/authorize`, { method: 'POST', body, headers: { 'content-type': type } })
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_request' }])
  })
})
