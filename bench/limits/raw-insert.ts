import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import type { EmbeddedConnection } from '../../src/stores/sql/index.ts'

export interface RawRate {
  readonly perSecond: number
}

const row = JSON.stringify({ client_name: 'Bench', redirect_uris: ['http://127.0.0.1:49152/callback'], note: 'x'.repeat(600) })

/** Single-row inserts, each one durable before the next one on its connection: no registration can be cheaper. */
export async function measureRawInsert(connection: EmbeddedConnection, connections: number, seconds: number): Promise<RawRate> {
  const pool = new Pool({ ...connection, max: connections })
  try {
    await pool.query('create table raw_insert (id uuid primary key, payload jsonb not null)')
    await insertFor(pool, connections, seconds / 5)
    return { perSecond: await insertFor(pool, connections, seconds) }
  } finally {
    await pool.end()
  }
}

async function insertFor(pool: Pool, connections: number, seconds: number): Promise<number> {
  const started = performance.now()
  let inserted = 0
  const insert = async () => {
    while (performance.now() - started < seconds * 1000) {
      await pool.query({ name: 'insert', text: 'insert into raw_insert values ($1, $2)', values: [randomUUID(), row] })
      inserted += 1
    }
  }
  await Promise.all(Array.from({ length: connections }, insert))
  return inserted / ((performance.now() - started) / 1000)
}
