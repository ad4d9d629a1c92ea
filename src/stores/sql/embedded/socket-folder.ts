import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { socketPort } from './connection.ts'
import type { ServingAccount } from './serving-account.ts'

/** The address of a UNIX socket holds 104 bytes on macOS and 108 on Linux, the final NUL included. */
const socketPathBytesMax = 103

const shortFolderPrefix = '/tmp/registrar-socket-'

export interface SocketFolder {
  readonly folder: string
  remove(): Promise<void>
}

/** The cluster's own folder, open to its owner alone; where its path is too long for a socket, a short one. */
export async function socketFolderFor(cluster: string, account: ServingAccount | undefined): Promise<SocketFolder> {
  if (Buffer.byteLength(join(cluster, `.s.PGSQL.${socketPort}`)) <= socketPathBytesMax) {
    return { folder: cluster, remove: async () => undefined }
  }
  const folder = await mkdtemp(shortFolderPrefix)
  await chmod(folder, 0o700)
  if (account !== undefined) await chown(folder, account.uid, account.gid)
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** After a server that did not end with its Registrar. */
export async function removeShortFolder(folder: string): Promise<void> {
  if (folder.startsWith(shortFolderPrefix)) await rm(folder, { recursive: true, force: true })
}
