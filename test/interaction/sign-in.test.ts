import { afterEach, describe, expect, it, vi } from 'vitest'
import { arriveAt, injectBrowser } from '../support/inject-browser.ts'
import {
  createWorld,
  type InteractionWorld,
  interactionFixture,
  PASSWORD,
  userFixture,
  type WorldSettings,
} from '../support/interaction-world.ts'

// A password check takes its time by design, and a busy machine adds to it.
vi.setConfig({ testTimeout: 60_000 })

const worlds: InteractionWorld[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.app.close()
})

function worldWithSignIn(settings: WorldSettings = {}): InteractionWorld {
  const world = createWorld(settings)
  worlds.push(world)
  world.interactions.set('i1', interactionFixture({ prompt: 'login' }))
  return world
}

/** What differs from page to page by its nature. */
function withoutToken(html: string): string {
  return html.replace(/name="token" value="[^"]+"/, '')
}

describe('signing in with a form', () => {
  it('refuses a wrong name and a wrong password with the same page (SEC-TEN-02)', async () => {
    const world = worldWithSignIn()
    const { browser } = await arriveAt(world, 'i1')
    const wrongPassword = await browser.submit('/interaction/i1', { username: 'alice', password: 'wrong' })
    const wrongName = await browser.submit('/interaction/i1', { username: 'alicf', password: PASSWORD })
    expect([wrongPassword.statusCode, wrongName.statusCode]).toEqual([400, 400])
    expect(wrongPassword.payload).toContain('User name or password is wrong.')
    expect(withoutToken(wrongName.payload).replace('alicf', 'alice')).toBe(withoutToken(wrongPassword.payload))
    expect(world.log).toEqual([])
  })

  it('spends as much work on an unknown name as on a known one (SEC-TEN-02)', async () => {
    const world = worldWithSignIn()
    const { browser } = await arriveAt(world, 'i1')
    // Processor time of this process: the machine's other work does not count.
    const work = async (username: string) => {
      const before = process.cpuUsage()
      await browser.submit('/interaction/i1', { username, password: 'wrong' })
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    await work('warm-up')
    const [unknown, known] = [await work('nobody'), await work('alice')]
    expect(unknown / known).toBeGreaterThan(1 / 3)
    expect(unknown / known).toBeLessThan(3)
  })

  it('refuses the right password of a person who is not active any more', async () => {
    const world = worldWithSignIn()
    world.users.set('u1', userFixture({ active: false }))
    const { browser } = await arriveAt(world, 'i1')
    const answer = await browser.submit('/interaction/i1', { username: 'alice', password: PASSWORD })
    expect(answer.statusCode).toBe(400)
    expect(world.log).not.toContain('signedIn u1 pwd false')
  })

  it.each([
    ['nothing at all', {}],
    ['a NUL in the name', { username: 'al\0ice', password: PASSWORD }],
    ['an endless password', { username: 'alice', password: 'x'.repeat(5000) }],
  ])('refuses %s without looking for anybody', async (_, fields) => {
    const world = worldWithSignIn({ options: { attemptsPerAddressMax: 1 } })
    const { browser } = await arriveAt(world, 'i1')
    expect((await browser.submit('/interaction/i1', fields)).statusCode).toBe(400)
    expect((await browser.submit('/interaction/i1', fields)).statusCode).toBe(400)
  })

  it('puts a name that was typed back as text, not as markup (SEC-INJ-01)', async () => {
    const { browser } = await arriveAt(worldWithSignIn(), 'i1')
    const { payload } = await browser.submit('/interaction/i1', { username: '"><script>alert(1)</script>', password: 'x' })
    expect(payload).not.toContain('<script')
    expect(payload).toContain('value="&#34;&#62;&#60;script&#62;')
  })

  it('hands over to the engine with the account, the method and the wish to be remembered', async () => {
    const world = worldWithSignIn()
    const { browser } = await arriveAt(world, 'i1')
    const answer = await browser.submit('/interaction/i1', { username: 'alice', password: PASSWORD, remember: 'yes' })
    expect(answer.statusCode).toBe(303)
    expect(world.log).toContain('signedIn u1 pwd true')
  })

  it('hashes anew, once, when the stored hash was made with less work', async () => {
    const world = worldWithSignIn()
    const { browser } = await arriveAt(world, 'i1')
    await browser.submit('/interaction/i1', { username: 'alice', password: PASSWORD })
    expect(world.users.get('u1')?.passwordHash).toContain('$ln=17,r=8,p=1$')
    world.interactions.set('i1', interactionFixture({ prompt: 'login' }))
    await browser.get('/interaction/i1')
    await browser.submit('/interaction/i1', { username: 'alice', password: PASSWORD })
    expect(world.log.filter((line) => line.startsWith('savePasswordHash'))).toHaveLength(1)
  })

  it('leaves the hash of a provisioned person alone, since the configuration owns it', async () => {
    const world = worldWithSignIn()
    world.users.set('u1', userFixture({ provisioned: true }))
    const { browser } = await arriveAt(world, 'i1')
    await browser.submit('/interaction/i1', { username: 'alice', password: PASSWORD })
    expect(world.log).toEqual(['signedIn u1 pwd false'])
  })

  it('answers a fault of ours with a reference and nothing else', async () => {
    const world = worldWithSignIn()
    const { browser } = await arriveAt(world, 'i1')
    world.users.get = () => {
      throw new Error('connection to database "secret-host" lost')
    }
    world.interactions.set('i1', interactionFixture({ prompt: 'consent' }))
    const answer = await browser.get('/interaction/i1')
    expect(answer.statusCode).toBe(500)
    expect(answer.payload).toContain('Reference')
    expect(answer.payload).not.toContain('secret-host')
  })
})

describe('guessing passwords', () => {
  it('is stopped per name and address with 429 and Retry-After, even for the right password then', async () => {
    const world = worldWithSignIn({ options: { attemptsPerUserMax: 2 } })
    const { browser } = await arriveAt(world, 'i1')
    const guess = (password: string) => browser.submit('/interaction/i1', { username: 'alice', password })
    expect((await guess('a')).statusCode).toBe(400)
    expect((await guess('b')).statusCode).toBe(400)
    const third = await guess(PASSWORD)
    expect(third.statusCode).toBe(429)
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(800)
    expect(third.payload).toMatch(/Too many attempts\. Try again in \d+ minutes\./)
    expect(world.log).toEqual([])
  })

  it('is counted before the hash is computed, so that parallel guesses cannot outrun the limit', async () => {
    const world = worldWithSignIn({ options: { attemptsPerUserMax: 2 } })
    const { browser } = await arriveAt(world, 'i1')
    const guesses = Array.from({ length: 6 }, (_, i) =>
      browser.submit('/interaction/i1', { username: 'alice', password: `${i}` }),
    )
    const statuses = (await Promise.all(guesses)).map(({ statusCode }) => statusCode).sort()
    expect(statuses).toEqual([400, 400, 429, 429, 429, 429])
  })

  it('is stopped per address whatever the name, but nobody at another address is locked out by it', async () => {
    const world = worldWithSignIn({ options: { attemptsPerAddressMax: 2 } })
    const { browser } = await arriveAt(world, 'i1')
    for (const username of ['a', 'b']) await browser.submit('/interaction/i1', { username, password: 'x' })
    expect((await browser.submit('/interaction/i1', { username: 'alice', password: PASSWORD })).statusCode).toBe(429)
    const elsewhere = injectBrowser(world, '203.0.113.9')
    await elsewhere.get('/start/i1')
    await elsewhere.get('/interaction/i1')
    expect((await elsewhere.submit('/interaction/i1', { username: 'alice', password: PASSWORD })).statusCode).toBe(303)
  })

  it('takes a whole IPv6 /64 for one address', async () => {
    const world = worldWithSignIn({ options: { attemptsPerAddressMax: 1 } })
    const statuses: number[] = []
    for (const address of ['2001:db8:1:1::1', '2001:db8:1:1:ffff::2', '2001:db8:1:2::1']) {
      const browser = injectBrowser(world, address)
      await browser.get('/start/i1')
      await browser.get('/interaction/i1')
      statuses.push((await browser.submit('/interaction/i1', { username: 'alice', password: 'x' })).statusCode)
    }
    expect(statuses).toEqual([400, 429, 400])
  })

  it('does not count what turned out to be right', async () => {
    const world = worldWithSignIn({ options: { attemptsPerUserMax: 1, attemptsPerAddressMax: 1 } })
    const { browser } = await arriveAt(world, 'i1')
    for (let time = 0; time < 3; time += 1) {
      world.interactions.set('i1', interactionFixture({ prompt: 'login' }))
      await browser.get('/interaction/i1')
      expect((await browser.submit('/interaction/i1', { username: 'alice', password: PASSWORD })).statusCode).toBe(303)
    }
  })

  it('answers 503 when more password checks wait than the server wants to hold', async () => {
    const world = worldWithSignIn({ options: { passwordChecksMax: 1, passwordQueueMax: 1 } })
    const { browser } = await arriveAt(world, 'i1')
    const attempts = ['a', 'b', 'c'].map((username) => browser.submit('/interaction/i1', { username, password: 'x' }))
    const answers = await Promise.all(attempts)
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([400, 400, 503])
    expect(answers.find(({ statusCode }) => statusCode === 503)?.headers['retry-after']).toBe('5')
  })
})

describe('signing in with HTTP Basic', () => {
  const basic = (username: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  })
  const basicWorld = (settings: WorldSettings = {}) => worldWithSignIn({ ...settings, realm: { signIn: 'http-basic' } })

  it('challenges with a realm and UTF-8, on a page that is no form', async () => {
    const { page } = await arriveAt(basicWorld(), 'i1')
    expect(page.statusCode).toBe(401)
    expect(page.headers['www-authenticate']).toBe('Basic realm="default", charset="UTF-8"')
    expect(page.payload).not.toContain('<form')
  })

  it.each([
    ['a wrong password', basic('alice', 'wrong')],
    ['a name that nobody has', basic('nobody', PASSWORD)],
    ['no colon', { authorization: `Basic ${Buffer.from('alice').toString('base64')}` }],
    ['bytes that are no UTF-8', { authorization: `Basic ${Buffer.from([0xff, 0x3a, 0x61]).toString('base64')}` }],
    ['another scheme', { authorization: 'Bearer abc' }],
  ])('challenges again after %s', async (_, headers) => {
    const world = basicWorld()
    const { page } = await arriveAt(world, 'i1', headers)
    expect(page.statusCode).toBe(401)
    expect(page.headers['www-authenticate']).toContain('Basic')
    expect(world.log).toEqual([])
  })

  it('is throttled like the form', async () => {
    const world = basicWorld({ options: { attemptsPerUserMax: 1 } })
    const { browser } = await arriveAt(world, 'i1', basic('alice', 'wrong'))
    const answer = await browser.get('/interaction/i1', basic('alice', PASSWORD))
    expect(answer.statusCode).toBe(429)
    expect(answer.headers['retry-after']).toMatch(/^\d+$/)
  })

  it('goes on at once with the right password, as curl -u -L does', async () => {
    const world = basicWorld()
    const { page } = await arriveAt(world, 'i1', basic('alice', PASSWORD))
    expect(page.statusCode).toBe(303)
    expect(world.log).toContain('signedIn u1 pwd false')
  })

  it('does not sign anybody in by HEAD', async () => {
    const world = basicWorld()
    const { statusCode } = await world.app.inject({ method: 'HEAD', url: '/interaction/i1', headers: basic('alice', PASSWORD) })
    expect(statusCode).toBe(404)
    expect(world.log).toEqual([])
  })
})
