import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { databaseName, databaseUser } from './connection.ts'
import { type OwnerClaim, tryClaim } from './owner-claim.ts'
import { isServing, type PostmasterFile, readPostmasterFile } from './postmaster-file.ts'
import { removeShortFolder } from './socket-folder.ts'

/** A fast shutdown writes what is in memory to disk; a slow disk may take a while over it. */
const endMillisecondsMax = 60_000

/** A server this young may belong to a Registrar that has not yet come to claim it. */
const youngSeconds = 2

/**
 * Makes sure that no server runs on the cluster. One whose Registrar died is ended as usual, which loses nothing; one
 * whose Registrar lives is left alone, and so is its folder.
 * @throws Error when the folder is in use.
 */
export async function claimCluster(cluster: string, password: string): Promise<void> {
  const deadline = Date.now() + endMillisecondsMax
  while (Date.now() < deadline) {
    const running = await readPostmasterFile(cluster)
    if (running === undefined) return
    if (!(await isServing(cluster, running.pid))) return markStale(cluster, running)
    if (!(await endOrphan(cluster, running, password))) await delay(50)
  }
  throw new Error(`the PostgreSQL that runs on ${cluster} neither answers nor ends`)
}

/** `false`: it is just starting or ending, so ask again. */
async function endOrphan(cluster: string, running: PostmasterFile, password: string): Promise<boolean> {
  if (Date.now() / 1000 - running.startedAt < youngSeconds) return false
  const claim = await claimFrom(running, password)
  if (claim === 'not ready') return false
  if (claim === undefined) throw inUse(cluster, running.pid)
  process.kill(running.pid, 'SIGINT')
  while (await isServing(cluster, running.pid)) await delay(10)
  await claim.release()
  await removeShortFolder(running.socketFolder)
  return true
}

async function claimFrom(
  { socketFolder, port }: PostmasterFile,
  password: string,
): Promise<OwnerClaim | undefined | 'not ready'> {
  try {
    return await tryClaim({ host: socketFolder, port, user: databaseUser, password, database: databaseName })
  } catch (error) {
    if (notReady.has((error as { readonly code?: string }).code ?? '')) return 'not ready'
    throw new Error(`a PostgreSQL runs in the data folder, at ${socketFolder}, and refuses us`, { cause: error })
  }
}

/** Starting up or shutting down (57P03), its socket not there yet or gone already. */
const notReady = new Set(['57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE'])

/**
 * The process that `postmaster.pid` names is gone, or is another program that got its number (in containers, numbers
 * repeat). PostgreSQL takes its own parent's number for a stale one, and then still makes sure by the shared memory
 * that the file names that no server process is left; removing the file would take that check from it. The lock of the
 * socket knows no such check: it only keeps two servers from one name.
 */
async function markStale(cluster: string, { socketFolder, port }: PostmasterFile): Promise<void> {
  const path = join(cluster, 'postmaster.pid')
  const content = await readFile(path, 'utf8')
  await writeFile(path, content.replace(/^\d+/, String(process.pid)))
  if (socketFolder === cluster) await rm(join(cluster, `.s.PGSQL.${port}.lock`), { force: true })
  await removeShortFolder(socketFolder)
}

export function inUse(cluster: string, pid?: number): Error {
  const server = pid === undefined ? '' : ` (PostgreSQL process ${pid})`
  return new Error(
    `the database in ${cluster} is in use by another Registrar${server}: stop that one, or choose another data folder`,
  )
}
