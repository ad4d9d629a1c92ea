import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { reportNode } from '../../src/stores/sql/index.ts'
import { at } from './contract/samples.ts'
import { openTwoNodes, type TwoNodes } from './contract/two-nodes.ts'

const node = { version: '1.2.3', address: 'here:4400', publicUrl: 'https://auth.example', startedAt: at }
const soon = { timeout: 20_000, interval: 10 }

describe('what a node tells of itself', { timeout: 60_000 }, () => {
  let world: TwoNodes
  let stop: () => Promise<void>
  let revision: number
  const lines: string[] = []
  const list = () => world.nodes[1].nodes.list(['r'])
  const query = async (text: string) => {
    const client = new pg.Client(world.connection)
    await client.connect()
    await client.query(text)
    await client.end()
  }
  const start = (heartbeatMilliseconds: number) => {
    const { nodes } = world.nodes[0]
    const realms = () => [{ name: 'r', revision, definitionDigest: 'd' }]
    const reported = reportNode({ nodes, node, realms, heartbeatMilliseconds, log: (line) => lines.push(line) })
    stop = reported.stop
    return reported
  }
  beforeEach(async () => {
    world = await openTwoNodes()
    revision = 1
    lines.length = 0
  })
  afterEach(async () => {
    await stop()
    await world.close()
  })

  it('is one line in the log while it cannot be told, and known again afterwards', async () => {
    start(10)
    await expect.poll(list, soon).toHaveLength(1)
    await query('alter table nodes rename to nodes_elsewhere')
    await expect.poll(() => lines, soon).toHaveLength(1)
    revision = 2
    const failures = world.nodes[0].statistics().roundTrips + 5
    await expect.poll(() => world.nodes[0].statistics().roundTrips, soon).toBeGreaterThan(failures)
    expect(lines).toEqual([expect.stringContaining('other nodes cannot hear of this one at the moment')])
    await query('alter table nodes_elsewhere rename to nodes')
    await expect.poll(list, soon).toMatchObject([{ revisions: { r: 2 } }])
  })

  it('is told anew when its row is gone, and over when it stops', async () => {
    start(10)
    await expect.poll(list, soon).toHaveLength(1)
    await query('delete from nodes')
    await expect.poll(list, soon).toMatchObject([{ ...node, revisions: { r: 1 } }])
    await stop()
    expect(await list()).toEqual([])
  })

  it('reaches the others at once when it changes, without waiting for the heartbeat', async () => {
    const { changed } = start(3_600_000)
    await expect.poll(list, soon).toMatchObject([{ revisions: { r: 1 } }])
    revision = 2
    changed()
    await expect.poll(list, soon).toMatchObject([{ revisions: { r: 2 } }])
  })
})
