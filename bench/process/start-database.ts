import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type EmbeddedConnection, startEmbeddedPostgres } from '../../src/stores/sql/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface RunningDatabase {
  readonly connection: EmbeddedConnection
  stop(): Promise<void>
}

/** The PostgreSQL that the server embeds, same programs and same settings, for limits and peers. */
export async function startDatabase(): Promise<RunningDatabase> {
  const folder = await temporaryFolder()
  const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), log: () => undefined })
  return {
    connection: server.connection,
    stop: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
