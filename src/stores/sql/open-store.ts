import { join } from 'node:path'
import { startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts'
import { openSqlStore, type SqlStore } from './open-sql-store.ts'

export interface StoreOptions {
  readonly database: 'embedded' | { readonly url: string; readonly connections: number }
  /** Where an embedded database lives. */
  readonly dataFolder: string
  readonly log: (line: string) => void
}

/** A store on a PostgreSQL server, or on one of our own in the data folder that ends when the store is closed. */
export async function openStore({ database, dataFolder, log }: StoreOptions): Promise<SqlStore> {
  if (database !== 'embedded') {
    const { url, connections } = database
    return openSqlStore({ connection: { connectionString: url }, connections, log })
  }
  const postgres = await startEmbeddedPostgres({ folder: join(dataFolder, 'postgres'), log })
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
