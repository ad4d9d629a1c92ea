import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type EmbeddedConnection, startEmbeddedPostgres } from '../../src/stores/sql/index.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The embedded server that the whole run shares. */
    readonly embeddedServer: EmbeddedConnection
  }
}

/** One PostgreSQL for the whole run; `testDatabase()` gives every file a database of its own on it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'registrar-test-'))
  // As root the server runs under another account, which has to get through.
  await chmod(folder, 0o711)
  const server = await startEmbeddedPostgres({ folder: join(folder, 'database'), log: (line) => console.error(line) })
  project.provide('embeddedServer', server.connection)
  return async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
