import { describe, expect, it } from 'vitest'
import type { Channel } from '../../../src/registration/index.ts'
import { at, insertion, sampleAttempt, sampleClient } from './samples.ts'
import type { TwoNodes } from './two-nodes.ts'

export function describePurge(world: () => TwoNodes): void {
  describe('the purge', () => {
    it('removes what has expired, in batches, and nothing else', async () => {
      const { objects, revokedTokens, purge } = world().nodes[0]
      const now = at + 100_000
      await purge({ now: at })
      const object = (id: string, expiresAt?: number) => ({
        realm: 'purged',
        model: 'AccessToken',
        id,
        payload: {},
        ...(expiresAt === undefined ? {} : { expiresAt }),
      })
      for (let batch = 0; batch < 12; batch += 1) {
        await Promise.all(Array.from({ length: 100 }, (_, index) => objects.upsert(object(`old ${batch} ${index}`, now - index))))
      }
      await objects.upsert(object('young', now + 1))
      await objects.upsert(object('eternal'))
      await revokedTokens.add('purged', 'old', now)
      await revokedTokens.add('purged', 'young', now + 1)
      expect(await purge({ now })).toBeGreaterThanOrEqual(1201)
      expect(await purge({ now })).toBe(0)
      expect(await objects.find(object('young'))).toBeDefined()
      expect(await objects.find(object('eternal'))).toBeDefined()
      expect([await revokedTokens.has('purged', 'old'), await revokedTokens.has('purged', 'young')]).toEqual([false, true])
    })

    it('removes clients that registered themselves and were never used, of the realm and before the time that are named', async () => {
      const [{ registration, clients, purge, audit, objects }] = world().nodes
      const realm = 'unused'
      const make = async (client_id: string, over: object = {}) => {
        await registration.commit(insertion(sampleClient({ realm, client_id, ...over })))
      }
      const channels: readonly Channel[] = ['open', 'initial-access-token', 'software-statement', 'certificate']
      for (const channel of channels) await make(`old ${channel}`, { channel })
      await make('old pending', { state: 'pending' })
      const keep = ['administrator', 'provisioned', 'metadata-document', 'suspended', 'young', 'used'] as const
      for (const channel of ['administrator', 'provisioned', 'metadata-document'] as const) await make(channel, { channel })
      await make('suspended', { state: 'suspended' })
      await make('young', { client_id_issued_at: at + 10 })
      await make('used')
      await make('old open', { realm: 'unused-elsewhere' })
      clients.recordUse(realm, 'used', at + 1)
      await expect.poll(async () => (await clients.find(realm, 'used'))?.lastUsedAt, { timeout: 10_000 }).toBe(at + 1)
      await objects.upsert({ realm, model: 'Grant', id: 'g', payload: {}, client_id: 'old open' })

      expect(await purge({ now: at + 11, unusedBefore: { [realm]: at + 10 } })).toBe(5)
      expect((await clients.list({ realm, limit: 100 })).map(({ client_id }) => client_id).sort()).toEqual([...keep].sort())
      expect(await clients.find('unused-elsewhere', 'old open')).toBeDefined()
      expect(await objects.find({ realm, model: 'Grant', id: 'g' })).toBeUndefined()
      expect(await audit.list({ realm, type: 'client.purged', limit: 100 })).toHaveLength(5)
      await expect(make('old open')).rejects.toThrow()
    })

    it('removes clients past their end, whoever made them, and remembers what they were', async () => {
      const [{ registration, clients, purge, audit }] = world().nodes
      const realm = 'ended'
      const ended = sampleClient({ realm, expiresAt: at + 500, channel: 'administrator', state: 'suspended' })
      const going = sampleClient({ realm, expiresAt: at + 501 })
      for (const client of [ended, going]) await registration.commit(insertion(client))
      expect(await purge({ now: at + 499 })).toBe(0)
      expect(await purge({ now: at + 500 })).toBe(1)
      expect(await clients.list({ realm, limit: 10 })).toEqual([going])
      const [event] = await audit.list({ realm, type: 'client.purged', limit: 10 })
      expect(event).toMatchObject({ client_id: ended.client_id, details: { reason: 'expired' } })
      const [last] = await clients.history({ realm, client_id: ended.client_id, limit: 1 })
      expect(last).toMatchObject({
        metadata: ended.metadata,
        statement: ended.statement,
        removedBy: { type: 'client.purged' },
      })
    })

    it('removes clients that nobody approved in time, and none that was in force before', async () => {
      const [{ registration, clients, purge, audit }] = world().nodes
      const realm = 'waiting'
      const review = (since: number, over: object = {}) => ({ since, reasons: [], ...over })
      const old = sampleClient({ realm, state: 'pending', review: review(at) })
      const kept = [
        sampleClient({ realm, state: 'pending', review: review(at + 10) }),
        sampleClient({ realm, state: 'pending', review: review(at, { approved: {} }) }),
        sampleClient({ realm, state: 'active', review: review(at, { decision: 'approved' }) }),
        sampleClient({ realm: 'waiting elsewhere', state: 'pending', review: review(at) }),
      ]
      for (const client of [old, ...kept]) await registration.commit(insertion(client))
      expect(await purge({ now: at + 20, pendingBefore: { [realm]: at + 10 } })).toBe(1)
      expect(await clients.find(realm, old.client_id)).toBeUndefined()
      for (const client of kept) expect(await clients.find(client.realm, client.client_id)).toBeDefined()
      const [event] = await audit.list({ realm, type: 'client.purged', limit: 10 })
      expect(event).toMatchObject({ client_id: old.client_id, details: { reason: 'never approved' } })
    })

    it('forgets used identifiers when their time has passed', async () => {
      const [{ registration, purge }] = world().nodes
      const used = { kind: 'statement', issuer: 'i', jti: 'purged' } as const
      await registration.commit(insertion(sampleClient(), { use: [{ ...used, until: at + 30 }] }))
      const obstacles = async () =>
        (await registration.findObstacles({ realm: 'default', limits: [], use: [{ ...used, until: 0 }] })).used
      expect([await purge({ now: at + 29 }), await obstacles()]).toEqual([0, [true]])
      expect([await purge({ now: at + 30 }), await obstacles()]).toEqual([1, [false]])
    })

    it('keeps the newest thousand attempts of a realm, and none of more than thirty days', async () => {
      const [{ attempts, purge }] = world().nodes
      const day = 86_400
      const of = (realm: string, index: number, time: number) =>
        sampleAttempt({ realm, id: String(index).padStart(6, '0'), at: time })
      await purge({ now: at + 30 * day + 1 })
      for (let index = 0; index < 1_003; index += 1) {
        if (index % 500 === 0) await attempts.list('crowded', 1)
        attempts.record(of('crowded', index, at + 20 * day))
      }
      attempts.record(of('quiet', 1, at))
      attempts.record(of('quiet', 2, at + 1))
      await attempts.list('quiet', 1)
      expect(await purge({ now: at + 30 * day + 1 })).toBe(4)
      const kept = await attempts.list('crowded', 5_000)
      expect([kept.length, kept.at(-1)?.id]).toEqual([1_000, '000003'])
      expect((await attempts.list('quiet', 10)).map(({ id }) => id)).toEqual(['000002'])
    })

    it('is done by one node at a time', async () => {
      const results = await Promise.all([...world().nodes, ...world().nodes].map((node) => node.purge({ now: at })))
      expect(results).toEqual([0, 0, 0, 0])
    })
  })
}
