import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts'
import { openSqlStore, type SqlStore } from './open-sql-store.ts'

export interface StoreOptions {
  /** `temporary`: embedded, and gone when the store is closed. */
  readonly database: 'embedded' | 'temporary' | { readonly url: string; readonly connections: number }
  /** Where an embedded database lives. */
  readonly dataFolder: string
  readonly log: (line: string) => void
}

/** A store on a PostgreSQL server, or on one of our own that ends when the store is closed. */
export async function openStore({ database, dataFolder, log }: StoreOptions): Promise<SqlStore> {
  if (database === 'embedded') return openEmbedded(join(dataFolder, 'postgres'), log)
  if (database === 'temporary') return openTemporary(log)
  const { url, connections } = database
  return openSqlStore({ connection: { connectionString: url }, connections, log })
}

async function openTemporary(log: StoreOptions['log']): Promise<SqlStore> {
  const folder = await mkdtemp(join(tmpdir(), 'registrar-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    // PostgreSQL may run under another account, which has to pass.
    await chmod(folder, 0o711)
    const store = await openEmbedded(folder, log)
    return {
      ...store,
      durability: async () => ({ durable: false, reason: 'the database is temporary: it is removed when the server stops' }),
      async close() {
        await store.close()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

async function openEmbedded(folder: string, log: StoreOptions['log']): Promise<SqlStore> {
  const postgres = await startEmbeddedPostgres({ folder, log })
  try {
    const store = await openSqlStore({ connection: postgres.connection, log })
    return {
      ...store,
      async close() {
        await store.close()
        await postgres.stop()
      },
    }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}
