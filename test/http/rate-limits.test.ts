import { describe, expect, it } from 'vitest'
import { Refusal } from '../../src/registration/index.ts'
import { createWorld, information, realm, token, type WorldSettings } from './world.ts'

function limited(name: string, requestsMax: number, settings: WorldSettings = {}) {
  const wide = { registrationsPerAddress: 1000, registrationsPerInitialAccessToken: 1000, registrations: 1000 }
  const rateLimits = Object.fromEntries(
    Object.entries({ ...wide, [name]: requestsMax }).map(([key, max]) => [key, { requestsMax: max }]),
  )
  return createWorld({ ...settings, options: { rateLimits } })
}

type World = ReturnType<typeof createWorld>

async function register(world: World, options: { remoteAddress?: string; authorization?: string } = {}) {
  const { remoteAddress = '192.0.2.1', authorization } = options
  const headers = authorization === undefined ? {} : { authorization }
  return (await world.app.inject({ method: 'POST', url: '/register', payload: {}, remoteAddress, headers })).statusCode
}

describe('registrations', () => {
  it('past the limit of an address are answered with 429, Retry-After and JSON (DCR-EP-07, SEC-DOS-01)', async () => {
    await using world = limited('registrationsPerAddress', 2)
    expect([await register(world), await register(world), await register(world)]).toEqual([201, 201, 429])
    expect(await register(world, { remoteAddress: '192.0.2.2' })).toBe(201)
    const response = await world.app.inject({ method: 'POST', url: '/register', payload: {}, remoteAddress: '192.0.2.1' })
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
    expect(Number(response.headers['retry-after'])).toBeLessThanOrEqual(60)
    expect(response.json()).toMatchObject({ error: 'temporarily_unavailable' })
    expect(response.headers['access-control-allow-origin']).toBe('*')
    expect(world.asked).toHaveLength(3)
  })

  it('count an IPv6 /64 as one address, and an IPv4 address however it is written', async () => {
    await using world = limited('registrationsPerAddress', 1)
    const from = (remoteAddress: string) => register(world, { remoteAddress })
    expect([await from('2001:db8:1:1::1'), await from('2001:db8:1:1:ffff::2'), await from('2001:db8:1:2::1')]).toEqual([
      201, 429, 201,
    ])
    expect([await from('198.51.100.1'), await from('::ffff:198.51.100.1')]).toEqual([201, 429])
  })

  it('are counted per initial access token, wherever they come from', async () => {
    await using world = limited('registrationsPerInitialAccessToken', 1)
    const from = (remoteAddress: string, authorization: string) => register(world, { remoteAddress, authorization })
    expect([
      await from('192.0.2.1', 'Bearer one'),
      await from('192.0.2.2', 'Bearer one'),
      await from('192.0.2.3', 'Bearer two'),
    ]).toEqual([201, 429, 201])
  })

  it('are counted altogether, and an address over its own limit does not eat what is left for others', async () => {
    await using world = createWorld({
      options: { rateLimits: { registrations: { requestsMax: 2 }, registrationsPerAddress: { requestsMax: 1 } } },
    })
    expect([await register(world), await register(world), await register(world)]).toEqual([201, 429, 429])
    expect(await register(world, { remoteAddress: '192.0.2.2' })).toBe(201)
    expect(await register(world, { remoteAddress: '192.0.2.3' })).toBe(429)
  })

  it('are counted by the address that a trusted proxy forwards, and by nothing that a stranger forwards', async () => {
    const trustedProxies = ['10.0.0.0/8']
    await using world = createWorld({ options: { trustedProxies, rateLimits: { registrationsPerAddress: { requestsMax: 1 } } } })
    const from = async (remoteAddress: string, forwarded: string) => {
      const headers = { 'x-forwarded-for': forwarded }
      return (await world.app.inject({ method: 'POST', url: '/register', payload: {}, remoteAddress, headers })).statusCode
    }
    expect([
      await from('10.1.1.1', '192.0.2.1'),
      await from('10.1.1.1', '192.0.2.2'),
      await from('10.1.1.1', '9.9.9.9, 192.0.2.2'),
    ]).toEqual([201, 201, 429])
    expect([await from('203.0.113.1', '192.0.2.8'), await from('203.0.113.1', '192.0.2.9')]).toEqual([201, 429])
  })
})

describe('registration access tokens', () => {
  const url = `/register/${information().client.client_id}`

  async function read(world: World, authorization: string, remoteAddress = '192.0.2.1', target = url) {
    return (await world.app.inject({ url: target, remoteAddress, headers: { authorization } })).statusCode
  }

  it('that are wrong close the endpoint to their address (DCM-SEC-02)', async () => {
    await using world = limited('failedManagementPerAddress', 2)
    expect([await read(world, 'Bearer a'), await read(world, 'Bearer b'), await read(world, 'Bearer c')]).toEqual([401, 401, 429])
    expect(await read(world, `Bearer ${token}`)).toBe(429)
    expect(await read(world, `Bearer ${token}`, '192.0.2.2')).toBe(200)
  })

  it('that are wrong for one client are limited over all addresses, and never lock its holder out (DCM-SEC-02)', async () => {
    await using world = limited('failedManagementPerClient', 2)
    const answers = [1, 2, 3, 4].map((host) => read(world, `Bearer ${host}`, `192.0.2.${host}`))
    expect((await Promise.all(answers)).sort()).toEqual([401, 401, 429, 429])
    expect(await read(world, `Bearer ${token}`, '192.0.2.9')).toBe(200)
    expect(await read(world, 'Bearer x', '192.0.2.9', '/register/another')).toBe(401)
  })

  it('that are right are not counted, and neither is a request without one', async () => {
    await using world = limited('failedManagementPerAddress', 1)
    for (let index = 0; index < 3; index += 1) expect(await read(world, `Bearer ${token}`)).toBe(200)
    for (let index = 0; index < 3; index += 1) expect(await read(world, '')).toBe(401)
  })

  it('that the domain refuses for another reason are not counted', async () => {
    const failing = async () => {
      throw new Refusal('access_denied', 'suspended')
    }
    await using world = limited('failedManagementPerAddress', 1, { registration: { read: failing } })
    expect([await read(world, 'Bearer a'), await read(world, 'Bearer a')]).toEqual([403, 403])
  })
})

describe('client authentication', () => {
  it.each(['/token', '/introspect', '/revoke', '/par'])('that fails too often closes %s to its address', async (url) => {
    let status = 401
    const world = limited('failedClientAuthenticationPerAddress', 2, {
      engine: async (_request, response) => void response.writeHead(status).end(),
    })
    await using _ = world
    const ask = async (remoteAddress: string) => (await world.app.inject({ method: 'POST', url, remoteAddress })).statusCode
    expect([await ask('192.0.2.1'), await ask('192.0.2.1'), await ask('192.0.2.1')]).toEqual([401, 401, 429])
    expect(await ask('192.0.2.2')).toBe(401)
    status = 200
    expect([await ask('192.0.2.1'), await ask('192.0.2.3'), await ask('192.0.2.3')]).toEqual([429, 200, 200])
    expect(world.handled).toHaveLength(5)
  })
})

it('counts registrations of all realms together', async () => {
  await using world = limited('registrations', 1, {
    realms: [realm(), realm({ name: 'acme', issuer: 'http://localhost:4400/realms/acme' })],
  })
  expect(await register(world)).toBe(201)
  expect((await world.app.inject({ method: 'POST', url: '/realms/acme/register', payload: {} })).statusCode).toBe(429)
})
