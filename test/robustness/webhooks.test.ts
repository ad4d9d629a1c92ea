import { afterEach, describe, expect, it } from 'vitest'
import { testDatabase } from '../support/database.ts'
import { urlOf } from '../support/database-url.ts'
import { inLanes, openConnections, post, type Registered } from '../support/load.ts'
import { type ServerPlace, serverPlace } from '../support/server-process.ts'
import { type Receiver, startReceiver } from '../webhooks/receiver.ts'

const registrations = 40

describe('events for a webhook, when the process is killed', { timeout: 150_000 }, () => {
  const cleanups: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean()
  })
  const receiverAt = async (...arguments_: Parameters<typeof startReceiver>): Promise<Receiver> => {
    const receiver = await startReceiver(...arguments_)
    cleanups.push(() => receiver.stop())
    return receiver
  }
  const placeWith = async (url: string): Promise<ServerPlace> => {
    const database = await testDatabase()
    cleanups.push(() => database.drop())
    const webhooks = [{ id: 'all', url, secret: { value: 'correct-horse-battery' } }]
    const place = await serverPlace({
      databaseUrl: urlOf(database.connection),
      realm: { webhooks },
      // What it holds in its hands is free for others once its time has run out.
      rooms: { webhooks: { timeout: '1s' } },
    })
    cleanups.push(() => place.remove())
    return place
  }

  it('arrive all the same: of every client that was answered 201', async () => {
    // Nobody listens there at first: whatever the process has begun by then comes to nothing.
    const { url, port, stop } = await startReceiver()
    await stop()
    const place = await placeWith(url)
    const first = await place.start()
    const connections = openConnections(first.url, 8)
    const registered: string[] = []
    await inLanes(8, registrations, async () => {
      const answer = await connections.send(post('/register', { redirect_uris: ['https://app.example/cb'] }))
      registered.push((JSON.parse(answer.text) as Registered).client_id)
    })
    await first.kill('SIGKILL')
    await connections.close()
    expect(registered).toHaveLength(registrations)

    const receiver = await receiverAt(() => 204, port)
    await place.start()
    const heard = () => new Set(receiver.events.map(({ payload }) => payload.data.client_id))
    await expect.poll(() => heard().size, { timeout: 90_000, interval: 200 }).toBe(registrations)
    expect([...heard()].sort()).toEqual(registered.sort())
    expect(receiver.events.every(({ payload }) => payload.type === 'client.registered')).toBe(true)
  })
})
