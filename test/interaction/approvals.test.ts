import { afterEach, describe, expect, it, vi } from 'vitest'
import { injectBrowser, tokenOf } from '../support/inject-browser.ts'
import {
  clientFixture,
  createWorld,
  type InteractionWorld,
  NOW,
  PASSWORD,
  realmFixture,
  userFixture,
} from '../support/interaction-world.ts'

// A password check takes its time by design, and a busy machine adds to it.
vi.setConfig({ testTimeout: 60_000 })

const PATH = '/backchannel-requests'
const SESSION = '__Host-registrar-approvals-default'

const worlds: InteractionWorld[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.app.close()
})

async function signedIn() {
  const world = createWorld()
  worlds.push(world)
  const client = clientFixture({ client_name: 'Call centre' })
  const request = { id: 'r1', client, scopes: ['openid'], resources: ['https://api.example/<b>'] }
  world.requests.set('r1', { ...request, bindingMessage: 'W4SCT<b>', expiresAt: NOW + 240 })
  const browser = injectBrowser(world)
  await browser.get(PATH)
  const answer = await browser.submit(PATH, { action: 'sign-in', username: 'alice', password: PASSWORD })
  return { world, browser, answer }
}

describe('the approval page', () => {
  it('shows nothing to whoever has not signed in, and nothing after a wrong password', async () => {
    const { world } = await signedIn()
    const stranger = injectBrowser(world)
    expect((await stranger.get(PATH)).payload).not.toContain('Call centre')
    const answer = await stranger.submit(PATH, { action: 'sign-in', username: 'alice', password: 'wrong' })
    expect(answer.statusCode).toBe(400)
    expect(answer.payload).toContain('User name or password is wrong.')
    expect(answer.payload).not.toContain('Call centre')
  })

  it('takes no decision without having signed in, or without the token of that person', async () => {
    const { world } = await signedIn()
    const stranger = injectBrowser(world)
    const page = await stranger.get(PATH)
    const decision = { action: 'approve', request: 'r1', token: tokenOf(page.payload) ?? '' }
    expect((await stranger.submit(PATH, decision)).statusCode).toBe(400)
    stranger.cookies.set(SESSION, await sessionOf(world))
    expect((await stranger.submit(PATH, decision)).statusCode).toBe(403)
    expect(world.log.filter((line) => line.startsWith('approve'))).toEqual([])
  })

  it('signs in for ten minutes, in a cookie that no script sees', async () => {
    const { answer } = await signedIn()
    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toBe(PATH)
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^__Host-registrar-approvals-default=.*Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/,
    )
  })

  it.each([
    [
      'has expired',
      (world: InteractionWorld) => {
        world.now += 601
      },
    ],
    [
      'is of another realm',
      (world: InteractionWorld) => {
        world.realm = realmFixture({ name: 'other' })
      },
    ],
    [
      'is of a person who is not active any more',
      (world: InteractionWorld) => {
        world.users.set('u1', userFixture({ active: false }))
      },
    ],
  ])('asks to sign in again when the sign-in %s', async (_, change) => {
    const { world, browser } = await signedIn()
    change(world)
    expect((await browser.get(PATH)).payload).toContain('id="password"')
  })

  it.each([(value: string) => `${value}x`, (value: string) => value.replace(/^../, 'XX'), () => 'x.y', () => ''])(
    'does not believe a cookie that was tampered with (%#)',
    async (tamper) => {
      const { browser } = await signedIn()
      browser.cookies.set(SESSION, tamper(browser.cookies.get(SESSION) ?? ''))
      expect((await browser.get(PATH)).payload).toContain('id="password"')
    },
  )

  it('shows who asks, for what and where, the message to compare, and when it expires (MCP-CON-02)', async () => {
    const { browser } = await signedIn()
    const { payload } = await browser.get(PATH)
    expect(payload).toContain('“<bdi>Call centre</bdi>” wants to use your account')
    expect(payload).toContain('<bdi>W4SCT&#60;b&#62;</bdi>')
    expect(payload).toContain('<bdi>https://api.example/&#60;b&#62;</bdi>')
    expect(payload).toContain('Expires in 4 minutes.')
  })

  it.each([
    ['approve', 'Allowed.'],
    ['deny', 'Denied.'],
  ])('passes on %s for this person, once', async (action, outcome) => {
    const { world, browser } = await signedIn()
    await browser.get(PATH)
    expect((await browser.submit(PATH, { action, request: 'r1' })).payload).toContain(outcome)
    expect((await browser.submit(PATH, { action, request: 'r1' })).payload).toContain('no longer waiting')
    expect(world.log).toContain(`${action} r1 u1`)
  })

  it('refuses an action that it does not have', async () => {
    const { browser } = await signedIn()
    await browser.get(PATH)
    expect((await browser.submit(PATH, { action: 'own' })).statusCode).toBe(400)
  })

  it('signs out', async () => {
    const { browser } = await signedIn()
    await browser.get(PATH)
    expect((await browser.submit(PATH, { action: 'sign-out' })).statusCode).toBe(303)
    expect((await browser.get(PATH)).payload).toContain('id="password"')
  })
})

/** The cookie of somebody who is signed in at this world. */
async function sessionOf(world: InteractionWorld): Promise<string> {
  const browser = injectBrowser(world)
  await browser.get(PATH)
  await browser.submit(PATH, { action: 'sign-in', username: 'alice', password: PASSWORD })
  return browser.cookies.get(SESSION) ?? ''
}
