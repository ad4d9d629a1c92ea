import { describe, expect, it } from 'vitest'
import type { Channel } from '../../../src/registration/index.ts'
import { at, insertion, sampleClient } from './samples.ts'
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

    it('is done by one node at a time', async () => {
      const results = await Promise.all([...world().nodes, ...world().nodes].map((node) => node.purge({ now: at })))
      expect(results).toEqual([0, 0, 0, 0])
    })
  })
}
