import { readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'

/** What `postmaster.pid` says of the server on a cluster (PostgreSQL, miscadmin.h: LOCK_FILE_LINE_*). */
export interface PostmasterFile {
  readonly pid: number
  readonly startedAt: number
  readonly port: number
  readonly socketFolder: string
  readonly ready: boolean
}

export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  const lines = (await readIfThere(join(cluster, 'postmaster.pid')))?.split('\n')
  if (lines?.[0] === undefined || !/^\d+$/.test(lines[0])) return undefined
  return {
    pid: Number(lines[0]),
    startedAt: Number(lines[2] ?? 0),
    port: Number(lines[3] ?? 0),
    socketFolder: lines[4] ?? '',
    ready: lines[7]?.trim() === 'ready',
  }
}

/** A process with this id lives and, where the system tells, is a server on this cluster: ids are used again. */
export async function isServing(cluster: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false
  if (process.platform !== 'linux') return true
  const commandLine = (await readIfThere(`/proc/${pid}/cmdline`))?.split('\0') ?? []
  const folder = commandLine[commandLine.indexOf('-D') + 1]
  return folder !== undefined && commandLine.includes('-D') && (await isSameFolder(folder, cluster))
}

async function isSameFolder(one: string, other: string): Promise<boolean> {
  try {
    return (await realpath(one)) === (await realpath(other))
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'ENOTDIR') return undefined
    throw error
  }
}
