import type pg from 'pg'
import { openSqlStore, type SqlStore } from '../../../src/stores/sql/index.ts'
import { testDatabase } from '../../support/database.ts'
import { at } from './samples.ts'

/** Two nodes on one database, each with connections of its own. */
export interface TwoNodes {
  readonly nodes: readonly [SqlStore, SqlStore]
  readonly connection: pg.PoolConfig
  readonly lines: readonly string[]
  /** What both hold for the time; starts at `at`. */
  readonly clock: { now: number }
  close(): Promise<void>
}

export async function openTwoNodes(server?: pg.PoolConfig): Promise<TwoNodes> {
  const database = await testDatabase(server)
  const lines: string[] = []
  const clock = { now: at }
  const open = () =>
    openSqlStore({ connection: database.connection, connections: 8, log: (line) => lines.push(line), now: () => clock.now })
  const nodes = [await open(), await open()] as const
  return {
    nodes,
    connection: database.connection,
    lines,
    clock,
    async close() {
      await Promise.all(nodes.map((node) => node.close()))
      await database.drop()
    },
  }
}
