import { claimCluster } from './claim-cluster.ts'
import { databaseName, databaseUser, type EmbeddedConnection, socketPort } from './connection.ts'
import { createCluster } from './create-cluster.ts'
import { findBinaries } from './find-binaries.ts'
import { clusterFolderOf, prepareHome } from './home.ts'
import { servingAccount } from './serving-account.ts'
import { socketFolderFor } from './socket-folder.ts'
import { supervise } from './supervise.ts'

export interface EmbeddedPostgresOptions {
  /** Where the database lives; made if it is not there. */
  readonly folder: string
  readonly log: (line: string) => void
}

export interface EmbeddedPostgres {
  readonly connection: EmbeddedConnection
  /** Everything committed is on disk by then, and the server process has ended. */
  stop(): Promise<void>
}

/**
 * A real PostgreSQL as a child process, for one Registrar. It ends with us; after our sudden death it is found and
 * ended by the next start, and PostgreSQL itself refuses a second server on the same files.
 */
export async function startEmbeddedPostgres({ folder, log }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const account = await servingAccount(await clusterFolderOf(folder))
  const home = await prepareHome({ folder, account, log })
  const binaries = await findBinaries({ account, log })
  const password = await home.password()
  await claimCluster(home.cluster, password)
  await createCluster({ home, binaries, account, password })
  const socket = await socketFolderFor(home.cluster, account)
  const connection = { host: socket.folder, port: socketPort, user: databaseUser, password, database: databaseName }
  const server = await supervise({ binaries, cluster: home.cluster, account, connection, log })
  return {
    connection,
    async stop() {
      await server.stop()
      await socket.remove()
    },
  }
}
