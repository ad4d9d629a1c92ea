import { afterEach, describe, expect, it } from 'vitest'
import { type DeliveryWorld, deliveryWorld, realm } from './delivery-world.ts'
import { type Receiver, startReceiver } from './receiver.ts'

const patience = { timeout: 10_000, interval: 20 }
const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})
const world = async (): Promise<DeliveryWorld> => {
  const made = await deliveryWorld()
  cleanups.push(() => made.close())
  return made
}
const receiver = async (...arguments_: Parameters<typeof startReceiver>): Promise<Receiver> => {
  const started = await startReceiver(...arguments_)
  cleanups.push(() => started.stop())
  return started
}
const untilGone = ({ list }: DeliveryWorld) => expect.poll(list, patience).toEqual([])
const day = 86_400

describe('a delivery that does not arrive', () => {
  it('is not sent on where the answer is a redirect', async () => {
    const inside = await receiver()
    const redirecting = await receiver(() => (_request, response) => response.writeHead(307, { location: inside.url }).end())
    const { give, register, startNode, list } = await world()
    await give('a', redirecting.url)
    await register()
    startNode()
    await expect.poll(async () => (await list())[0]?.lastError, patience).toBe('answered 307; redirects are not followed')
    expect(inside.events).toEqual([])
  })

  it('is not sent to an address of our own network, unless the operator lists it', async () => {
    const { url, events } = await receiver()
    const { give, register, startNode, list, clock } = await world()
    await give('a', url)
    await register()
    const node = startNode({ development: false })
    await expect.poll(async () => (await list())[0]?.lastError, patience).toMatch(/not https|not permitted/)
    expect(events).toEqual([])
    await node.stop()
    clock.now += day
    startNode({ development: false, outbound: { allowedOrigins: [new URL(url).origin] } })
    await expect.poll(() => events.length, patience).toBe(1)
  })

  it('is tried again later, and is the same event then', async () => {
    const { url, events } = await receiver((_event, count) => (count === 1 ? 500 : 200))
    const made = await world()
    await made.give('a', url)
    await made.register()
    made.startNode()
    await expect.poll(made.list, patience).toMatchObject([{ state: 'waiting', attempts: 1, lastError: 'answered 500' }])
    const [failed] = await made.list()
    expect(failed?.nextAt).toBeGreaterThanOrEqual(made.clock.now + 4)
    expect(failed?.nextAt).toBeLessThanOrEqual(made.clock.now + 6)
    made.clock.now += 10
    await untilGone(made)
    expect(events.map(({ headers }) => headers['webhook-id'])).toEqual([failed?.event.id, failed?.event.id])
    expect(events[0]?.body).toBe(events[1]?.body)
    expect(made.outcomes).toEqual(['failed', 'delivered'])
  })

  it('is not tried again before the receiver wants it to be (RFC 9110 §10.2.3)', async () => {
    const { url } = await receiver(() => (_request, response) => response.writeHead(503, { 'retry-after': '3600' }).end())
    const made = await world()
    await made.give('a', url)
    await made.register()
    made.startNode()
    await expect.poll(made.list, patience).toMatchObject([{ attempts: 1, lastError: 'answered 503' }])
    const [failed] = await made.list()
    expect(failed?.nextAt).toBe(made.clock.now + 3600)
  })

  it('is dead after its last attempt, and delivered when somebody asks for it and the receiver is well again', async () => {
    let status = 503
    const { url, events } = await receiver(() => status)
    const made = await world()
    await made.give('a', url)
    await made.register()
    made.startNode({ options: { attemptsMax: 3 } })
    for (const attempts of [1, 2]) {
      await expect.poll(() => made.outcomes.length, patience).toBe(attempts)
      expect(await made.list()).toMatchObject([{ state: 'waiting', attempts, lastError: 'answered 503' }])
      made.clock.now += day
    }
    await expect.poll(made.list, patience).toMatchObject([{ state: 'dead', attempts: 3 }])
    expect(made.outcomes).toEqual(['failed', 'failed', 'dead'])
    expect(made.logged.at(-1)).toMatchObject({ webhook: 'a', attempts: 3, error: 'answered 503', event: 'client.registered' })
    made.clock.now += day
    const rounds = made.rounds()
    await expect.poll(made.rounds, patience).toBeGreaterThan(rounds + 1)
    expect(events).toHaveLength(3)
    status = 200
    const [dead] = await made.list()
    expect(await made.store.webhookDeliveries.retry({ realm, id: dead?.id ?? '' }, made.clock.now)).toBe(true)
    await untilGone(made)
    expect(events).toHaveLength(4)
  })

  it('is dead at once where the receiver says that it is gone', async () => {
    const { url } = await receiver(() => 410)
    const made = await world()
    await made.give('a', url)
    await made.register()
    made.startNode()
    await expect.poll(made.list, patience).toMatchObject([{ state: 'dead', attempts: 1, lastError: 'answered 410' }])
  })

  it('has failed where no answer comes in time', async () => {
    const { url } = await receiver(() => () => undefined)
    const made = await world()
    await made.give('a', url)
    await made.register()
    made.startNode({ options: { timeoutSeconds: 1 } })
    await expect.poll(made.list, patience).toMatchObject([{ state: 'waiting', lastError: 'the time was up' }])
  })
})

describe('a webhook', () => {
  it('hears nothing while it is switched off, and what had waited when it is on again', async () => {
    const { url, events } = await receiver()
    const made = await world()
    await made.give('a', url)
    await made.register()
    await made.give('a', url, { enabled: false })
    made.startNode()
    const rounds = made.rounds()
    await expect.poll(made.rounds, patience).toBeGreaterThan(rounds + 1)
    expect(await made.list()).toHaveLength(1)
    expect(events).toEqual([])
    await made.give('a', url)
    await untilGone(made)
    expect(events).toHaveLength(1)
  })

  it('hears nothing once it is removed', async () => {
    const { url, events } = await receiver()
    const made = await world()
    await made.give('a', url)
    await made.register()
    await made.remove('a')
    made.startNode()
    await expect.poll(made.rounds, patience).toBeGreaterThan(1)
    expect(await made.list()).toEqual([])
    expect(events).toEqual([])
  })

  it('hears about a client in its order', async () => {
    const { url, events } = await receiver()
    const made = await world()
    await made.give('a', url)
    made.startNode()
    made.startNode({ node: 1 })
    const clients = await Promise.all(Array.from({ length: 8 }, () => made.liveAndDie()))
    await untilGone(made)
    for (const { client_id } of clients) {
      const heard = events.filter(({ payload }) => payload.data.client_id === client_id)
      expect(heard.map(({ payload }) => payload.type)).toEqual(['client.registered', 'client.updated', 'client.deleted'])
    }
  })

  it('that does not answer does not keep another one waiting', async () => {
    const hanging = await receiver(() => () => undefined)
    const { url, events } = await receiver()
    const made = await world()
    await made.give('a-hanging', hanging.url)
    for (let index = 0; index < 20; index += 1) await made.register()
    await made.give('b', url)
    made.startNode({ options: { atOnceMax: 8, atOncePerWebhookMax: 4, timeoutSeconds: 3 } })
    await expect.poll(() => hanging.events.length, patience).toBe(4)
    for (let index = 0; index < 20; index += 1) await made.register()
    await expect.poll(() => events.length, patience).toBe(20)
    expect(hanging.events).toHaveLength(4)
  })

  it('that fails has one attempt under way at a time', async () => {
    const { url, events, atOnce } = await receiver((_event, count) => (count === 1 ? 500 : () => undefined))
    const made = await world()
    await made.give('a', url)
    await made.register()
    made.startNode({ options: { timeoutSeconds: 3 } })
    await expect.poll(made.list, patience).toMatchObject([{ lastError: 'answered 500' }])
    for (let index = 0; index < 5; index += 1) await made.register()
    await expect.poll(() => events.length, patience).toBe(2)
    const rounds = made.rounds()
    await expect.poll(made.rounds, patience).toBeGreaterThan(rounds)
    expect(atOnce()).toBe(1)
  })
})

describe('a webhook that answers', () => {
  it('has a few attempts under way at a time, and never more than the operator allows', async () => {
    const answers: (() => void)[] = []
    const { url, events, atOnce } = await receiver(() => (_request, response) => {
      answers.push(() => response.writeHead(200).end())
    })
    const made = await world()
    await made.give('a', url)
    for (let index = 0; index < 9; index += 1) await made.register()
    made.startNode({ options: { atOncePerWebhookMax: 3 } })
    for (const heard of [3, 6, 9]) {
      await expect.poll(() => answers.length, patience).toBe(3)
      expect(events).toHaveLength(heard)
      for (const answer of answers.splice(0)) answer()
    }
    await untilGone(made)
    expect(atOnce()).toBe(3)
  })
})

describe('nodes', () => {
  it('never deliver one event twice between them', async () => {
    const { url, events } = await receiver()
    const made = await world()
    await made.give('a', url)
    made.startNode()
    made.startNode({ node: 1 })
    for (let index = 0; index < 60; index += 1) await made.register()
    await untilGone(made)
    expect(events).toHaveLength(60)
    expect(new Set(events.map(({ headers }) => headers['webhook-id'])).size).toBe(60)
  })

  it('deliver what another one left, be it untouched or taken and never told of', async () => {
    const { url, events } = await receiver()
    const made = await world()
    await made.give('a', url)
    await made.register()
    await made.register()
    // One that was killed in the middle of an attempt leaves nothing but this.
    const webhooks = [{ realm, id: 'a', limit: 1 }]
    await made.store.webhookDeliveries.take({ webhooks, limit: 1, now: made.clock.now, leaseSeconds: 40 })
    made.startNode({ node: 1 })
    await expect.poll(made.list, patience).toHaveLength(1)
    expect(events).toHaveLength(1)
    made.clock.now += 40
    await untilGone(made)
    expect(events).toHaveLength(2)
  })

  it('end what is under way when they stop, and begin nothing', async () => {
    let answer = (): void => undefined
    const { url, events } = await receiver(() => (_request, response) => {
      answer = () => response.writeHead(200).end()
    })
    const made = await world()
    await made.give('a', url)
    await made.register()
    const node = made.startNode({ options: { atOncePerWebhookMax: 1 } })
    await expect.poll(() => events.length, patience).toBe(1)
    await made.register()
    const stopping = node.stop()
    answer()
    await stopping
    expect(made.outcomes).toEqual(['delivered'])
    expect(await made.list()).toMatchObject([{ state: 'waiting', attempts: 0 }])
  })

  it('ask the database nothing where there is no webhook', async () => {
    const made = await world()
    const before = made.store.statistics().roundTrips
    made.startNode()
    await expect.poll(made.rounds, patience).toBeGreaterThan(2)
    expect(made.store.statistics().roundTrips).toBe(before)
  })
})
