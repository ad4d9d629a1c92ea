import { beforeAll, describe, expect, it } from 'vitest'
import type { SqlStore } from '../../../src/stores/sql/index.ts'
import { at, sampleEvent } from './samples.ts'
import type { TwoNodes } from './two-nodes.ts'

export function describeRealmDefinitions(world: () => TwoNodes): void {
  let one: SqlStore
  let two: SqlStore
  beforeAll(() => {
    ;[one, two] = world().nodes
  })
  const event = (type: string) => sampleEvent({ realm: '', type })
  const create = async (name: string, node = one, fingerprint?: string) => {
    const known = fingerprint ?? (await node.realmDefinitions.fingerprint())
    const realm = { name, definition: { scopes: ['a'] }, definitionDigest: 'd', incarnation: `i-${name}`, fingerprint: known, at }
    return node.realmDefinitions.create(realm, event('realm.created'))
  }
  const stateOf = async (name: string) => (await two.realmStates.read([name]))[0]

  describe('realms made at run time', () => {
    it('are not made beside realms that have changed since they were looked at', async () => {
      const fingerprint = await one.realmDefinitions.fingerprint()
      expect(await create('definitions-first')).toBe('saved')
      expect(await create('definitions-late', two, fingerprint)).toBe('moved')
      expect(await stateOf('definitions-late')).toBeUndefined()
    })

    it('refuse a name that is taken, or that a configuration file has left behind', async () => {
      expect(await create('definitions-taken')).toBe('saved')
      expect(await create('definitions-taken', two)).toBe('exists')
      await one.realmStates.provision([{ name: 'definitions-left', definitionDigest: '1' }])
      expect(await create('definitions-left')).toBe('remains')
      expect(await one.realmDefinitions.remove({ name: 'definitions-left', owner: 'definition' }, event('x'))).toBe(false)
      expect(await one.realmDefinitions.remove({ name: 'definitions-left', owner: 'file' }, event('x'))).toBe(true)
    })

    it('are changed only as they were when they were looked at', async () => {
      await create('definitions-changed')
      const change = async (ifRevision: number) => {
        const fingerprint = await one.realmDefinitions.fingerprint()
        const realm = { name: 'definitions-changed', definition: {}, definitionDigest: 'e', fingerprint, ifRevision, at }
        return one.realmDefinitions.replace(realm, event('realm.changed'))
      }
      expect(await change(7)).toBe('absent')
      expect(await change(1)).toBe('saved')
      expect(await stateOf('definitions-changed')).toMatchObject({ revision: 2, definition: {}, definitionDigest: 'e' })
    })

    it('are gone when they are removed, cannot be made anew while others may be at them, and then begin with nothing', async () => {
      const name = 'definitions-removed'
      await create(name)
      const policy = { realm: name, kind: 'policy', id: 'p', definition: {}, ifAbsent: true } as const
      await one.realmObjects.save(policy, event('policy.created'))
      expect(await two.realmDefinitions.remove({ name, owner: 'definition' }, event('realm.removed'))).toBe(true)
      expect(await two.realmDefinitions.remove({ name, owner: 'definition' }, event('realm.removed'))).toBe(false)
      expect(await stateOf(name)).toBeUndefined()
      expect(await create(name)).toBe('removing')
      expect(await one.realmDefinitions.sweep(name, 5_000)).toBe(true)
      expect(await one.realmObjects.list([name])).toEqual([])
      // What somebody was still at comes after the first sweep, and goes with the last one.
      await one.realmObjects.save(policy, event('policy.created'))
      const finished = await Promise.all([one, two].map((node) => node.realmDefinitions.finishRemoval(name, 20_000)))
      expect(finished).toEqual([true, true])
      expect(await create(name)).toBe('saved')
      expect(await one.realmObjects.list([name])).toEqual([])
    }, 30_000)
  })
}
