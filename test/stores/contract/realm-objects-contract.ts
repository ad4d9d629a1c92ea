import { beforeAll, describe, expect, it } from 'vitest'
import type { RealmObjectChange } from '../../../src/stores/contracts.ts'
import type { SqlStore } from '../../../src/stores/sql/index.ts'
import { at, sampleEvent } from './samples.ts'
import type { TwoNodes } from './two-nodes.ts'

export function describeRealmObjects(world: () => TwoNodes): void {
  let one: SqlStore
  let two: SqlStore
  beforeAll(() => {
    ;[one, two] = world().nodes
  })
  const policy = (realm: string, id: string, over: Partial<RealmObjectChange> = {}): RealmObjectChange => ({
    realm,
    kind: 'policy',
    id,
    definition: { policy: 'pkce-required', options: { text: '\0' } },
    ifAbsent: true,
    ...over,
  })
  const event = (realm: string, type = 'policy.changed') => sampleEvent({ realm, type })
  const save = (change: RealmObjectChange, node = one) => node.realmObjects.save(change, event(change.realm))
  const idsOf = async (realm: string) => (await two.realmObjects.list([realm])).map(({ id }) => id)
  const revisionOf = async (realm: string) => (await one.realmStates.read()).find(({ name }) => name === realm)?.revision
  const countEvents = async (realm: string) => (await one.audit.list({ realm, limit: 100 })).length

  describe('objects of a realm', () => {
    it('refuses to make one that is there, and to replace or remove one that is not, and records nothing then', async () => {
      const realm = 'objects-refused'
      expect(await save(policy(realm, 'a', { ifAbsent: false }))).toBe('absent')
      expect(await one.realmObjects.remove({ realm, kind: 'policy', id: 'a' }, event(realm))).toBe(false)
      expect(await revisionOf(realm)).toBeUndefined()
      expect(await save(policy(realm, 'a'))).toBe('saved')
      expect(await save(policy(realm, 'a', { definition: {} }))).toBe('exists')
      expect(await one.realmObjects.remove({ realm, kind: 'scope', id: 'a' }, event(realm))).toBe(false)
      expect((await one.realmObjects.list([realm]))[0]?.definition).toEqual(policy(realm, 'a').definition)
      expect([await revisionOf(realm), await countEvents(realm)]).toEqual([1, 1])
    })

    it('refuses an order that does not name every object once', async () => {
      const realm = 'objects-order-refused'
      for (const id of ['a', 'B', 'ä']) await save(policy(realm, id))
      for (const ids of [['a', 'B'], ['a', 'B', 'ä', 'ä'], ['a', 'B', 'c'], ['a', 'B', 'ä', 'd'], []]) {
        expect(await one.realmObjects.reorder({ realm, kind: 'policy', ids }, event(realm))).toBe(false)
      }
      expect(await one.realmObjects.reorder({ realm, kind: 'scope', ids: ['a', 'B', 'ä'] }, event(realm))).toBe(false)
      expect(await idsOf(realm)).toEqual(['a', 'B', 'ä'])
      expect([await revisionOf(realm), await countEvents(realm)]).toEqual([3, 3])
    })

    it('are made, replaced, sorted and removed, each with a revision and an event', async () => {
      const realm = 'objects'
      for (const id of ['c', 'a', 'b']) await save(policy(realm, id))
      await save(policy(realm, 'a', { ifAbsent: false, definition: { changed: true } }))
      expect(await two.realmObjects.list([realm])).toEqual([
        { ...policy(realm, 'c'), ifAbsent: undefined, position: 1, createdAt: at, updatedAt: at },
        { ...policy(realm, 'a'), ifAbsent: undefined, definition: { changed: true }, position: 2, createdAt: at, updatedAt: at },
        { ...policy(realm, 'b'), ifAbsent: undefined, position: 3, createdAt: at, updatedAt: at },
      ])
      expect(await one.realmObjects.reorder({ realm, kind: 'policy', ids: ['b', 'a', 'c'] }, event(realm))).toBe(true)
      await save(policy(realm, 'd', { position: 0 }))
      expect(await idsOf(realm)).toEqual(['d', 'b', 'a', 'c'])
      expect(await one.realmObjects.remove({ realm, kind: 'policy', id: 'a' }, event(realm))).toBe(true)
      expect(await idsOf(realm)).toEqual(['d', 'b', 'c'])
      expect([await revisionOf(realm), await countEvents(realm)]).toEqual([7, 7])
    })

    it('of all realms are listed at once, and of one realm alone', async () => {
      await save(policy('objects-x', 'a'))
      await save(policy('objects-y', 'a'))
      const realms = (await one.realmObjects.list()).map(({ realm }) => realm)
      expect(realms).toEqual(expect.arrayContaining(['objects-x', 'objects-y']))
      expect(realms).toEqual([...realms].sort())
      expect(await idsOf('objects-x')).toEqual(['a'])
    })

    it('lets one of many who make the same one at once win, on two nodes', async () => {
      const tries = Array.from({ length: 30 }, (_, index) => save(policy('objects-raced', 'a'), index % 2 === 0 ? one : two))
      expect((await Promise.all(tries)).filter((result) => result === 'saved')).toHaveLength(1)
      expect([await revisionOf('objects-raced'), await countEvents('objects-raced')]).toEqual([1, 1])
    })

    it('are told to every node within a second', async () => {
      const heard: string[] = []
      await two.realmStates.read()
      const subscription = await two.realmStates.onChange((realms) => heard.push(...realms))
      await save(policy('objects-told', 'a'))
      await expect.poll(() => heard, { timeout: 1_000, interval: 10 }).toEqual(['objects-told'])
      await subscription.stop()
    })
  })
}
