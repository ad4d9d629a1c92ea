import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { at } from './samples.ts'
import type { TwoNodes } from './two-nodes.ts'

const identity = (id: string, over: object = {}) => ({
  ...{ id, version: '1.2.3', address: `${id}.example:4400`, publicUrl: 'https://auth.example', startedAt: at, ...over },
})
const runs = (name: string, revision: number, definitionDigest = `digest of ${name}`) => ({ name, revision, definitionDigest })

export function describeNodes(world: () => TwoNodes): void {
  describe('nodes', () => {
    const provision = (...names: readonly string[]) =>
      world().nodes[0].realmStates.provision(names.map((name) => ({ name, definitionDigest: `digest of ${name}` })))
    const change = (realm: string) =>
      world().nodes[0].realmStates.saveRegistrationSettings(realm, {}, { realm, type: 't', at, actor: 'a', details: {} })
    const list = (...names: readonly string[]) => world().nodes[1].nodes.list(names)
    /** As if nothing had been heard of a node for so long; time itself is the database's. */
    const age = async (id: string, seconds: number) => {
      const client = new pg.Client(world().connection)
      await client.connect()
      await client.query('update nodes set seen_at = seen_at - $2 where id = $1', [id, seconds])
      await client.end()
    }
    afterEach(async () => {
      for (const { id } of await list()) await world().nodes[0].nodes.leave(id)
    })

    it('are behind in a realm that has changed, until they run it as it is', async () => {
      const { nodes } = world().nodes[0]
      await provision('nodes-a', 'nodes-b')
      await nodes.join(identity('n1'), [runs('nodes-a', 1), runs('nodes-b', 1)])
      const seenAt = expect.any(Number)
      const current = { ...identity('n1'), seenAt, state: 'current', revisions: { 'nodes-a': 1, 'nodes-b': 1 }, behind: [] }
      expect(await list('nodes-a', 'nodes-b')).toEqual([current])
      await change('nodes-b')
      const behind = [{ realm: 'nodes-b', runs: 1, current: 2, reason: 'revision' }]
      expect(await list('nodes-a', 'nodes-b')).toEqual([{ ...current, state: 'behind', behind }])
      expect(await list('nodes-a')).toMatchObject([{ state: 'current', revisions: { 'nodes-a': 1 } }])
      await nodes.join(identity('n1'), [runs('nodes-a', 1), runs('nodes-b', 2)])
      expect(await list('nodes-b')).toMatchObject([{ state: 'current', revisions: { 'nodes-b': 2 } }])
    })

    it('are behind with another configuration file, though the number is the same', async () => {
      const { nodes } = world().nodes[0]
      await provision('nodes-file')
      await nodes.join(identity('n1'), [runs('nodes-file', 1, 'another digest')])
      expect(await list('nodes-file')).toMatchObject([
        { state: 'behind', behind: [{ realm: 'nodes-file', runs: 1, current: 1, reason: 'file' }] },
      ])
      await nodes.join(identity('n1'), [])
      expect((await list('nodes-file'))[0]?.behind).toEqual([{ realm: 'nodes-file', current: 1, reason: 'file' }])
    })

    it('are lost when nothing is heard of them, and back with the next heartbeat', async () => {
      const { nodes } = world().nodes[0]
      await nodes.join(identity('n1'), [])
      await nodes.join(identity('n2', { startedAt: at + 1 }), [])
      await age('n1', 10)
      expect((await list()).map(({ id, state }) => [id, state])).toEqual([
        ['n1', 'current'],
        ['n2', 'current'],
      ])
      await age('n1', 10)
      expect((await list()).map(({ id, state }) => [id, state])).toEqual([
        ['n2', 'current'],
        ['n1', 'lost'],
      ])
      expect(await nodes.beat('n1')).toBe(true)
      expect((await list()).map(({ state }) => state)).toEqual(['current', 'current'])
    })

    it('are gone when they leave, when another one has their address, and after a day of silence', async () => {
      const [{ nodes, purge }] = world().nodes
      const ids = async () => (await list()).map(({ id }) => id)
      // What other tests left behind is not counted.
      await purge({ now: at })
      for (const id of ['n1', 'n2', 'n3', 'n4']) await nodes.join(identity(id), [])
      await nodes.leave('n1')
      await nodes.join(identity('n5', { address: 'n2.example:4400' }), [])
      expect(await ids()).toEqual(['n3', 'n4', 'n5'])
      // What other tests have left behind.
      await purge({ now: at })
      await age('n3', 86_300)
      await age('n4', 86_500)
      expect(await purge({ now: at })).toBe(1)
      expect((await ids()).sort()).toEqual(['n3', 'n5'])
      // It was only away for long: it is told that it has to join again.
      expect(await nodes.beat('n4')).toBe(false)
    })

    it('show at most a hundred realms each', async () => {
      const { nodes } = world().nodes[0]
      const names = Array.from({ length: 120 }, (_, index) => `nodes-many-${String(index).padStart(3, '0')}`)
      await provision(...names)
      await nodes.join(
        identity('n1'),
        names.map((name) => runs(name, 0)),
      )
      const [node] = await list(...names)
      expect(Object.keys(node?.revisions ?? {})).toEqual(names.slice(0, 100))
      expect(node?.behind.map(({ realm }) => realm)).toEqual(names.slice(0, 100))
    })
  })
}
