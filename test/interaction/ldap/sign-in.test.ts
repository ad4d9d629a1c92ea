import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Directory } from '../../../src/registration/index.ts'
import { freePort } from '../../support/free-port.ts'
import { arriveAt } from '../../support/inject-browser.ts'
import {
  createWorld,
  type InteractionWorld,
  interactionFixture,
  PASSWORD,
  userFixture,
  type WorldSettings,
} from '../../support/interaction-world.ts'
import { directoryAt, hasSlapd, person, type Slapd, startSlapd } from '../../support/slapd.ts'

// A password check takes its time by design, and a busy machine adds to it.
vi.setConfig({ testTimeout: 60_000 })

describe.skipIf(!hasSlapd)('signing in at a directory (real slapd)', () => {
  let slapd: Slapd
  const worlds: InteractionWorld[] = []

  beforeAll(async () => {
    slapd = await startSlapd([person('ada'), person('alice')])
  })
  afterAll(() => slapd?.stop())
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.app.close()
  })

  function worldWith(directories: readonly Directory[], { realm, ...settings }: WorldSettings = {}): InteractionWorld {
    const world = createWorld({ realm: { directories, ...realm }, ...settings })
    worlds.push(world)
    world.interactions.set('i1', interactionFixture({ prompt: 'login' }))
    return world
  }

  async function signIn(world: InteractionWorld, username: string, password: string) {
    const { browser } = await arriveAt(world, 'i1')
    return browser.submit('/interaction/i1', { username, password })
  }

  it('refuses a wrong password, an empty one and an unknown name with the page for local people (SEC-TEN-02)', async () => {
    const world = worldWith([directoryAt(slapd)])
    for (const [username, password] of [
      ['ada', 'wrong'],
      ['ada', ''],
      ['nobody', 'ada-password'],
    ] as const) {
      const { statusCode, payload } = await signIn(world, username, password)
      expect(statusCode).toBe(400)
      expect(payload).toContain('User name or password is wrong.')
    }
    expect(world.log).toEqual([])
  })

  it('makes an account without a password at the first time, and keeps it up to date', async () => {
    const world = worldWith([directoryAt(slapd)])
    expect((await signIn(world, 'ADA@example.com', 'ada-password')).statusCode).toBe(303)
    const [, account] = [...world.users.values()]
    expect(account).toMatchObject({
      username: 'ada',
      passwordHash: '',
      claims: { name: 'ada example', email: 'ada@example.com' },
    })
    expect(world.log).toEqual(['account.created ada by directory:staff', `signedIn ${account?.id} pwd false`])

    if (account !== undefined) world.users.set(account.id, { ...account, claims: { name: 'Once' } })
    world.interactions.set('i1', interactionFixture({ prompt: 'login' }))
    expect((await signIn(world, 'ada', 'ada-password')).statusCode).toBe(303)
    expect([...world.users.values()].slice(1)).toEqual([account])
  })

  it('lets nobody in whose account is not active any more', async () => {
    const world = worldWith([directoryAt(slapd)])
    await signIn(world, 'ada', 'ada-password')
    for (const user of world.users.values()) world.users.set(user.id, { ...user, active: false })
    world.interactions.set('i1', interactionFixture({ prompt: 'login' }))
    expect((await signIn(world, 'ada', 'ada-password')).statusCode).toBe(400)
  })

  it('never opens the account of somebody who has a password here and the same name', async () => {
    const world = worldWith([directoryAt(slapd)])
    expect((await signIn(world, 'alice', 'alice-password')).statusCode).toBe(400)
    expect((await signIn(world, 'alice', PASSWORD)).statusCode).toBe(303)
    expect([...world.users.values()]).toHaveLength(1)
  })

  it('is the only way where the realm says so, and then gives the person of that name an account of their own', async () => {
    const world = worldWith([directoryAt(slapd)], { realm: { localUsers: 'none' } })
    expect((await signIn(world, 'alice', PASSWORD)).statusCode).toBe(400)
    expect((await signIn(world, 'alice', 'alice-password')).statusCode).toBe(303)
    expect([...world.users.values()].map(({ id, username }) => [id === 'u1', username])).toEqual([
      [true, 'alice'],
      [false, 'alice@staff'],
    ])
  })

  it('tells that a directory cannot be reached, instead of that the password is wrong, and counts no attempt', async () => {
    const url = `ldaps://127.0.0.1:${await freePort()}`
    const world = worldWith([directoryAt(slapd, { url })], { options: { attemptsPerUserMax: 2 } })
    for (let time = 0; time < 4; time += 1) {
      const { statusCode, payload, headers } = await signIn(world, 'ada', 'ada-password')
      expect([statusCode, headers['retry-after']]).toEqual([503, '30'])
      expect(payload).toContain('cannot be reached')
      expect(payload).not.toContain('is wrong')
    }
    expect(world.log[0]).toMatch(/^a directory cannot be reached .*"directory":"staff"/)
    expect(world.log.join()).not.toContain('ada')
  })

  it('asks one directory after the other, past one that cannot be reached', async () => {
    const lost = directoryAt(slapd, { id: 'lost', url: `ldaps://127.0.0.1:${await freePort()}` })
    const world = worldWith([lost, directoryAt(slapd, { id: 'off', enabled: false }), directoryAt(slapd)])
    expect((await signIn(world, 'ada', 'ada-password')).statusCode).toBe(303)
    // Whether the lost one knows the name, nobody can tell.
    expect((await signIn(worldWith([lost, directoryAt(slapd)]), 'nobody', 'x')).statusCode).toBe(503)
  })

  it('is throttled like local passwords (SEC-TEN-03)', async () => {
    const world = worldWith([directoryAt(slapd)], { options: { attemptsPerUserMax: 2 } })
    for (const expected of [400, 400, 429]) expect((await signIn(world, 'ada', 'wrong')).statusCode).toBe(expected)
    expect((await signIn(world, 'ada', 'ada-password')).statusCode).toBe(429)
  })

  it('works by HTTP Basic, where that is how people sign in', async () => {
    const world = worldWith([directoryAt(slapd)], { realm: { signIn: 'http-basic' } })
    const attempt = (given: string) => ({
      realm: world.realm,
      authorization: `Basic ${Buffer.from(given).toString('base64')}`,
      address: '127.0.0.1',
      locales: 'en',
    })
    expect(await world.room.basicSignIn(attempt('ada:wrong'))).toMatchObject({ reason: 'rejected' })
    expect(await world.room.basicSignIn(attempt('ada:ada-password'))).toEqual({ accountId: expect.any(String) })
    world.realm = { ...world.realm, directories: [directoryAt(slapd, { url: `ldaps://127.0.0.1:${await freePort()}` })] }
    expect(await world.room.basicSignIn(attempt('ada:ada-password'))).toMatchObject({
      reason: 'unreachable',
      page: { status: 503 },
    })
  })

  it('opens no account of somebody else who got the name later', async () => {
    const world = worldWith([directoryAt(slapd)])
    await signIn(world, 'ada', 'ada-password')
    // The same names with another lasting one: the attribute stands in for a directory in which Ada left and another Ada came.
    world.realm = { ...world.realm, directories: [directoryAt(slapd, { idAttribute: 'cn' })] }
    world.interactions.set('i1', interactionFixture({ prompt: 'login' }))
    await signIn(world, 'ada', 'ada-password')
    expect([...world.users.values()].map(({ username }) => username)).toEqual([userFixture().username, 'ada', 'ada@staff'])
  })
})
