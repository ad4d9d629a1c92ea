import { afterEach, describe, expect, it } from 'vitest'
import { testDatabase } from '../support/database.ts'
import { urlOf } from '../support/database-url.ts'
import { inLanes, openConnections, post, type Registered, read } from '../support/load.ts'
import { type ServerPlace, type ServerProcess, serverPlace } from '../support/server-process.ts'
import { storedClients } from '../support/stored-clients.ts'

const lanes = 8
const answeredMin = 200
const testPg = process.env['TEST_PG']

describe('kill -9 during a stream of registrations', { timeout: 150_000 }, () => {
  const cleanups: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean()
  })

  const placeOn = async (databaseUrl?: string): Promise<ServerPlace> => {
    const place = await serverPlace(databaseUrl === undefined ? {} : { databaseUrl })
    cleanups.push(() => place.remove())
    return place
  }
  const placeOnServer = async (server?: Parameters<typeof testDatabase>[0]): Promise<ServerPlace> => {
    const database = await testDatabase(server)
    cleanups.push(() => database.drop())
    return placeOn(urlOf(database.connection))
  }
  const killServer = async (_: ServerPlace, server: ServerProcess) => void (await server.kill('SIGKILL'))

  it('loses no client that was answered 201, on the embedded database', async () => {
    await expectNoLoss(await placeOn(), killServer)
  })

  it('loses no client that was answered 201 when the embedded database is killed along', async () => {
    await expectNoLoss(await placeOn(), async (place, server) => {
      const pids = await place.postgresPids()
      expect(pids.length).toBeGreaterThan(1)
      server.signal('SIGKILL')
      for (const pid of pids) process.kill(pid, 'SIGKILL')
      await server.ended
    })
  })

  it('loses no client that was answered 201, on a PostgreSQL server', async () => {
    await expectNoLoss(await placeOnServer(), killServer)
  })

  it.skipIf(testPg === undefined)('loses no client that was answered 201, on the PostgreSQL server of TEST_PG', async () => {
    await expectNoLoss(await placeOnServer({ connectionString: testPg }), killServer)
  })
})

/** Dies and comes back; then everything that was answered is read. */
async function expectNoLoss(
  place: ServerPlace,
  kill: (place: ServerPlace, server: ServerProcess) => Promise<void>,
): Promise<void> {
  const first = await place.start()
  const answered = await registerUntilDeath(first, () => kill(place, first))
  expect(answered.length).toBeGreaterThanOrEqual(answeredMin)
  expect(await first.ended).toEqual({ code: null, signal: 'SIGKILL' })

  const second = await place.start()
  await expectAllReadable(second, answered)
  const stored = await storedClients(second)
  // What was under way at its death may be stored or not; there was no more than one request per lane.
  expect(stored.size).toBeLessThanOrEqual(answered.length + lanes)
  for (const client of stored.values()) expect(client.metadata['redirect_uris']).toEqual(['https://app.example/cb'])
  expect((await second.stop()).code).toBe(0)
}

async function registerUntilDeath(server: ServerProcess, kill: () => Promise<void>): Promise<readonly Registered[]> {
  const answered: Registered[] = []
  const connections = openConnections(server.url, lanes)
  let dying: Promise<void> | undefined
  const stream = async (_: unknown, lane: number): Promise<void> => {
    for (let count = 0; ; count += 1) {
      const client_name = `Lane ${lane} number ${count}`
      const answer = await connections
        .send(post('/register', { client_name, redirect_uris: ['https://app.example/cb'] }))
        .catch(() => undefined)
      if (answer === undefined) return
      expect(answer.status, answer.text).toBe(201)
      answered.push(JSON.parse(answer.text) as Registered)
      if (answered.length >= answeredMin) dying ??= kill()
    }
  }
  await Promise.all(Array.from({ length: lanes }, stream))
  await dying
  await connections.close()
  return answered
}

async function expectAllReadable(server: ServerProcess, answered: readonly Registered[]): Promise<void> {
  const connections = openConnections(server.url, lanes)
  await inLanes(lanes, answered.length, async (index) => {
    const client = answered[index] as Registered
    const answer = await connections.send(read(client))
    expect(answer.status, answer.text).toBe(200)
    expect(JSON.parse(answer.text)).toMatchObject({ client_id: client.client_id, client_name: client.client_name })
  })
  await connections.close()
}
