import { afterEach, describe, expect, it } from 'vitest'
import { arriveAt, injectBrowser, tokenOf } from '../support/inject-browser.ts'
import {
  clientFixture,
  createWorld,
  type InteractionWorld,
  interactionFixture,
  realmFixture,
} from '../support/interaction-world.ts'

const worlds: InteractionWorld[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.app.close()
})

function worldWithConsent(issuer = 'https://id.example'): InteractionWorld {
  const world = createWorld({ realm: { issuer } })
  worlds.push(world)
  world.interactions.set('i1', interactionFixture())
  world.interactions.set('i2', interactionFixture({ uid: 'i2', client: clientFixture({}, { client_id: 'another' }) }))
  return world
}

describe('a consent form', () => {
  it.each(['consent', 'deny'])('is refused with 403 at /%s without its token (SEC-CON-02)', async (step) => {
    const world = worldWithConsent()
    const { browser } = await arriveAt(world, 'i1')
    for (const token of ['', 'x', 'A'.repeat(43)]) {
      expect((await browser.submit(`/interaction/i1/${step}`, { token })).statusCode).toBe(403)
    }
    expect(world.log).toEqual([])
  })

  it('is refused without the cookie, and with the cookie of another browser (MCP-CON-03)', async () => {
    const world = worldWithConsent()
    const { browser, page } = await arriveAt(world, 'i1')
    const token = tokenOf(page.payload) ?? ''
    const { browser: other } = await arriveAt(world, 'i1')
    expect((await other.submit('/interaction/i1/consent', { token })).statusCode).toBe(403)
    browser.cookies.delete('__Host-registrar-browser-default')
    expect((await browser.submit('/interaction/i1/consent', { token })).statusCode).toBe(403)
    expect(world.log).toEqual([])
  })

  it('is refused with the token of another interaction, another client or another step (MCP-CON-04)', async () => {
    const world = worldWithConsent()
    const { browser, page } = await arriveAt(world, 'i1')
    const token = tokenOf(page.payload) ?? ''
    await browser.get('/start/i2')
    expect((await browser.submit('/interaction/i2/consent', { token })).statusCode).toBe(403)
    await browser.get('/start/i1')
    world.interactions.set('i1', interactionFixture({ client: clientFixture({}, { client_id: 'swapped' }) }))
    expect((await browser.submit('/interaction/i1/consent', { token })).statusCode).toBe(403)
    world.interactions.set('i1', interactionFixture({ prompt: 'login' }))
    expect((await browser.submit('/interaction/i1', { token })).statusCode).toBe(403)
    expect(world.log).toEqual([])
  })

  it('is refused with the token of another realm on the same host (SEC-TEN-01)', async () => {
    const world = worldWithConsent()
    const { browser, page } = await arriveAt(world, 'i1')
    world.realm = realmFixture({ name: 'other' })
    const answer = await browser.submit('/interaction/i1/consent', { token: tokenOf(page.payload) ?? '' })
    expect(answer.statusCode).toBe(403)
  })

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'https://id.example.evil.example' }],
  ])('is refused from a foreign page even with its token: %o', async (headers) => {
    const world = worldWithConsent()
    const { browser } = await arriveAt(world, 'i1')
    const answer = await browser.submit('/interaction/i1/consent', {}, headers)
    expect(answer.statusCode).toBe(403)
    expect(answer.payload).toContain('This form was not accepted')
    expect(world.log).toEqual([])
  })

  it.each([[{}], [{ origin: 'https://id.example' }], [{ origin: 'null', 'sec-fetch-site': 'same-origin' }]])(
    'is accepted from its own page: %o',
    async (headers) => {
      const world = worldWithConsent()
      const { browser } = await arriveAt(world, 'i1')
      expect((await browser.submit('/interaction/i1/consent', {}, headers)).statusCode).toBe(303)
      expect(world.log).toEqual(['consented'])
    },
  )

  it('leads to the denial as easily', async () => {
    const world = worldWithConsent()
    const { browser } = await arriveAt(world, 'i1')
    const answer = await browser.submit('/interaction/i1/deny')
    expect(answer.headers.location).toBe('https://app.example/cb?error=access_denied')
    expect(world.log).toEqual(['denied'])
  })
})

describe('an interaction', () => {
  it('is not shown to a browser without its cookie, nor under another address (SEC-CON-03)', async () => {
    const world = worldWithConsent()
    expect((await injectBrowser(world).get('/interaction/i1')).statusCode).toBe(404)
    const { browser } = await arriveAt(world, 'i1')
    expect((await browser.get('/interaction/i2')).statusCode).toBe(404)
  })

  it.each([
    ['application/json', '{"token":"x"}', 415],
    ['text/plain', 'token=x', 415],
    ['multipart/form-data; boundary=x', '--x--', 415],
    ['application/x-www-form-urlencoded', `token=${'x'.repeat(20_000)}`, 413],
  ])('refuses a body of type %s with a page', async (type, payload, status) => {
    const world = worldWithConsent()
    const answer = await world.app.inject({
      method: 'POST',
      url: '/interaction/i1/consent',
      payload,
      headers: { 'content-type': type },
    })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
  })
})

describe('the browser cookie', () => {
  const cookieAt = async (issuer: string) => {
    const { page } = await arriveAt(worldWithConsent(issuer), 'i1')
    return String(page.headers['set-cookie'])
  }

  it('has the __Host- prefix and Secure where the issuer is https (SEC-CON-05)', async () => {
    expect(await cookieAt('https://id.example')).toMatch(
      /^__Host-registrar-browser-default=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    )
  })

  it('goes without them on plain http, where a browser would drop it', async () => {
    expect(await cookieAt('http://localhost:4400')).toMatch(
      /^registrar-browser-default=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
    )
  })
})
