import { beforeAll, describe, expect, it } from 'vitest'
import type { SqlStore } from '../../../src/stores/sql/index.ts'
import { at, insertion, removal, replacement, sampleClient, sampleEvent } from './samples.ts'
import type { TwoNodes } from './two-nodes.ts'

export function describeWebhookDeliveries(world: () => TwoNodes): void {
  let one: SqlStore
  let two: SqlStore
  beforeAll(() => {
    ;[one, two] = world().nodes
  })
  const give = async (realm: string, id: string, definition: object) => {
    const change = { realm, kind: 'webhook', id, definition: { url: 'https://hooks.example', ...definition } } as const
    const event = sampleEvent({ realm, type: 'webhook.changed' })
    if ((await one.realmObjects.save({ ...change, ifAbsent: true }, event)) === 'exists')
      await one.realmObjects.save(change, event)
  }
  const list = (realm: string, filter: object = {}) => one.webhookDeliveries.list({ realm, limit: 100, ...filter })
  const register = async (realm: string) => {
    const client = sampleClient({ realm })
    await one.registration.commit(insertion(client))
    return client
  }
  const takeOf = (realm: string, now: number, node = one) =>
    node.webhookDeliveries.take({ webhooks: [{ realm, id: 'a', limit: 1_000 }], limit: 1_000, now, leaseSeconds: 60 })

  describe('deliveries to webhooks', () => {
    it('are not made for other events, other realms, or a webhook that is switched off', async () => {
      await give('hooks-none', 'others', { events: ['client.approved'] })
      await give('hooks-none', 'off', { events: ['client.registered'], enabled: false })
      await give('hooks-elsewhere', 'a', { events: ['client.registered'] })
      await register('hooks-none')
      expect(await list('hooks-none')).toEqual([])
    })

    it('are not made where the change comes to nothing', async () => {
      const client = await register('hooks-failing')
      await give('hooks-failing', 'a', { events: ['client.registered'] })
      await expect(one.registration.commit(insertion(client))).rejects.toThrow()
      expect(await list('hooks-failing')).toEqual([])
    })

    it('are made with the event, for each webhook that wants it', async () => {
      const realm = 'hooks'
      await give(realm, 'a', { events: ['client.registered', 'client.deleted'] })
      await give(realm, 'b', { events: ['client.registered'] })
      const client = await register(realm)
      await one.registration.commit(removal(client))
      expect((await list(realm)).map(({ webhook, event }) => [webhook, event.type])).toEqual([
        ['a', 'client.deleted'],
        ['b', 'client.registered'],
        ['a', 'client.registered'],
      ])
      const [recorded] = await one.audit.list({ realm, type: 'client.deleted', limit: 1 })
      const [newest] = await list(realm, { webhook: 'a' })
      expect(newest).toMatchObject({ event: recorded, state: 'waiting', attempts: 0, nextAt: at, createdAt: at })
      expect((await list(realm, { after: newest?.id })).length).toBe(2)
    })

    it('are taken by one node each, and by nobody else while it has them', async () => {
      const realm = 'hooks-taken'
      await give(realm, 'a', { events: ['client.registered'] })
      for (let index = 0; index < 20; index += 1) await register(realm)
      const taken = (
        await Promise.all(Array.from({ length: 10 }, (_, index) => takeOf(realm, at, index % 2 === 0 ? one : two)))
      ).flat()
      expect(new Set(taken.map(({ id }) => id)).size).toBe(20)
      expect(taken).toHaveLength(20)
      expect(await takeOf(realm, at + 59)).toEqual([])
      expect((await takeOf(realm, at + 60)).map(({ attempts }) => attempts)).toEqual(Array.from({ length: 20 }, () => 2))
    })

    it('are gone when done, due later when failed, and dead when given up, until somebody tries them again', async () => {
      const realm = 'hooks-life'
      await give(realm, 'a', { events: ['client.registered'] })
      for (let index = 0; index < 3; index += 1) await register(realm)
      const [first, second, third] = await takeOf(realm, at)
      if (first === undefined || second === undefined || third === undefined) throw new Error('three were registered')
      await one.webhookDeliveries.done(first)
      await one.webhookDeliveries.failed(second, 'answered 500', at + 30)
      await one.webhookDeliveries.failed(third, 'answered 410', 'dead')
      expect((await list(realm)).map(({ id }) => id)).toEqual([third.id, second.id])
      expect((await takeOf(realm, at + 30)).map(({ id, lastError }) => [id, lastError])).toEqual([[second.id, 'answered 500']])
      expect(await list(realm, { state: 'dead' })).toEqual([{ ...third, state: 'dead', lastError: 'answered 410' }])
      expect(await one.webhookDeliveries.retry(second, at + 40)).toBe(false)
      expect(await one.webhookDeliveries.retry(third, at + 40)).toBe(true)
      expect((await takeOf(realm, at + 40)).map(({ id, attempts }) => [id, attempts])).toEqual([[third.id, 1]])
      expect(await one.webhookDeliveries.discard(third)).toBe(true)
      expect(await one.webhookDeliveries.discard(third)).toBe(false)
    })

    it('of one webhook are taken however many wait for another, and only so many of each and altogether', async () => {
      const realm = 'hooks-fair'
      for (const id of ['a', 'b', 'c']) await give(realm, id, { events: ['client.registered'] })
      for (let index = 0; index < 6; index += 1) await register(realm)
      const round = { now: at, leaseSeconds: 60 }
      const ofEach = ['a', 'b'].map((id) => ({ realm, id, limit: 2 }))
      const taken = await one.webhookDeliveries.take({ ...round, webhooks: ofEach, limit: 100 })
      expect(taken.map(({ webhook }) => webhook).sort()).toEqual(['a', 'a', 'b', 'b'])
      expect(await one.webhookDeliveries.take({ ...round, webhooks: ofEach, limit: 3 })).toHaveLength(3)
      expect(await one.webhookDeliveries.take({ ...round, webhooks: [], limit: 100 })).toEqual([])
    })

    it('about one client are taken in its order, by whichever node, until one was tried in vain', async () => {
      const realm = 'hooks-order'
      await give(realm, 'a', { events: ['client.registered', 'client.updated', 'client.deleted'] })
      const client = await register(realm)
      await two.registration.commit(replacement(client, 1))
      await one.registration.commit(removal(client))
      const [registered, ...others] = await takeOf(realm, at)
      if (registered === undefined) throw new Error('one was registered')
      expect([registered.event.type, others]).toEqual(['client.registered', []])
      expect(await takeOf(realm, at, two)).toEqual([])
      await one.webhookDeliveries.failed(registered, 'answered 500', at + 30)
      const [updated, ...rest] = await takeOf(realm, at, two)
      if (updated === undefined) throw new Error('it was updated')
      expect([updated.event.type, rest]).toEqual(['client.updated', []])
      await two.webhookDeliveries.done(updated)
      expect((await takeOf(realm, at + 30)).map(({ event }) => event.type)).toEqual(['client.registered', 'client.deleted'])
    })

    it('are no longer in the hands of who was too slow', async () => {
      const realm = 'hooks-slow'
      await give(realm, 'a', { events: ['client.registered'] })
      await register(realm)
      const [slow] = await takeOf(realm, at)
      const [fast] = await takeOf(realm, at + 60, two)
      if (slow === undefined || fast === undefined) throw new Error('both had it')
      await one.webhookDeliveries.failed(slow, 'the time was up', 'dead')
      expect(await list(realm)).toEqual([fast])
    })

    it('are counted', async () => {
      const realm = 'hooks-counted'
      const before = await one.webhookDeliveries.count()
      await give(realm, 'a', { events: ['client.registered'] })
      for (let index = 0; index < 3; index += 1) await register(realm)
      const [first] = await takeOf(realm, at)
      if (first === undefined) throw new Error('three were registered')
      await one.webhookDeliveries.failed(first, 'answered 410', 'dead')
      expect(await one.webhookDeliveries.count()).toEqual({ waiting: before.waiting + 2, dead: before.dead + 1 })
    })

    it('are purged when they have been dead for 30 days', async () => {
      const realm = 'hooks-dead'
      await give(realm, 'a', { events: ['client.registered'] })
      for (let index = 0; index < 2; index += 1) await register(realm)
      const [first] = await takeOf(realm, at)
      if (first === undefined) throw new Error('two were registered')
      await one.webhookDeliveries.failed(first, 'answered 410', 'dead')
      const diedAt = at + 60
      const days = 24 * 3_600
      await one.purge({ now: diedAt + 30 * days - 1 })
      expect(await list(realm, { state: 'dead' })).toHaveLength(1)
      await one.purge({ now: diedAt + 30 * days })
      expect(await list(realm)).toMatchObject([{ state: 'waiting' }])
    })

    it('go with their webhook', async () => {
      const realm = 'hooks-removed'
      for (const id of ['a', 'b']) await give(realm, id, { events: ['client.registered'] })
      await register(realm)
      await one.realmObjects.remove({ realm, kind: 'webhook', id: 'a' }, sampleEvent({ realm }))
      expect((await list(realm)).map(({ webhook }) => webhook)).toEqual(['b'])
    })
  })
}
