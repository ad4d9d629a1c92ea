import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { inject } from 'vitest'
import { openSqlStore } from '../../src/stores/sql/index.ts'

export interface TestDatabase {
  readonly connection: pg.PoolConfig
  drop(): Promise<void>
}

/** Empty but migrated, and nobody else's. On the run's embedded server, or on another one. */
export async function testDatabase(server: pg.PoolConfig = inject('embeddedServer')): Promise<TestDatabase> {
  return createDatabase(server, await migratedTemplate(server))
}

/** Not even migrated. */
export function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase(inject('embeddedServer'), 'template0')
}

async function createDatabase(server: pg.PoolConfig, template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  await administrate(server, (client) => client.query(`create database ${name} template ${template}`))
  return {
    connection: connectionTo(server, name),
    drop: async () => {
      await administrate(server, (client) => client.query(`drop database ${name} with (force)`))
    },
  }
}

/** Of this release's migrations. Made once on a server, by whoever comes first. */
async function migratedTemplate(server: pg.PoolConfig): Promise<string> {
  const name = `registrar_template_${await schemaChecksum()}`
  await administrate(server, async (client) => {
    // Workers run in parallel; the lock ends with the session.
    await client.query('select pg_advisory_lock(7591010)')
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 1) return
    const preparing = `${name}_preparing`
    await client.query(`drop database if exists ${preparing}`)
    await client.query(`create database ${preparing}`)
    const store = await openSqlStore({ connection: connectionTo(server, preparing), log: () => undefined })
    await store.close()
    await client.query(`alter database ${preparing} rename to ${name}`)
  })
  return name
}

async function schemaChecksum(): Promise<string> {
  const folder = fileURLToPath(new URL('../../migrations', import.meta.url))
  const hash = createHash('sha256')
  for (const name of (await readdir(folder)).sort()) hash.update(name).update(await readFile(`${folder}/${name}`))
  return hash.digest('hex').slice(0, 16)
}

function connectionTo(server: pg.PoolConfig, database: string): pg.PoolConfig {
  if (server.connectionString === undefined) return { ...server, database }
  // The driver's own reading: a URL cannot say everything that such a string can.
  const { host, port, user, password } = new pg.Client(server)
  return { host, port, user, password, database }
}

async function administrate(server: pg.PoolConfig, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
