import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { databaseUser } from './connection.ts'
import type { Binaries } from './find-binaries.ts'
import type { Home } from './home.ts'
import type { ServingAccount } from './serving-account.ts'

const run = promisify(execFile)

interface NewCluster {
  readonly home: Home
  readonly binaries: Binaries
  readonly account: ServingAccount | undefined
  readonly password: string
}

/** Does nothing where there is one. Made aside and renamed: a start that was cut short leaves no half database. */
export async function createCluster(options: NewCluster): Promise<void> {
  const { home, binaries } = options
  const major = await majorOf(home.cluster)
  if (major === binaries.major) return
  if (major !== undefined) {
    throw new Error(
      `${home.cluster} was made by PostgreSQL ${major}, and this release brings ${binaries.major}: dump it there, and load it here`,
    )
  }
  await removeRemains(home.folder)
  const aside = await mkdtemp(join(home.folder, `new-cluster-${process.pid}-`))
  try {
    await chmod(aside, 0o711)
    await initialize(aside, options)
    await moveInto(join(aside, 'cluster'), home.cluster)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

/** Where another start was faster, its database stands; whose it is is decided by who gets to serve it. */
async function moveInto(made: string, cluster: string): Promise<void> {
  try {
    await rename(made, cluster)
    await syncFolder(dirname(cluster))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
  }
}

async function initialize(aside: string, { binaries, account, password }: NewCluster): Promise<void> {
  const cluster = join(aside, 'cluster')
  const passwordFile = join(aside, 'password')
  await mkdir(cluster, { mode: 0o700 })
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  await give(cluster, account)
  await give(passwordFile, account)
  const options = [
    ['-D', cluster],
    ['-U', databaseUser],
    ['--auth=scram-sha-256'],
    ['--pwfile', passwordFile],
    ['--encoding=UTF8'],
    // The same on every machine, and lower() knows more letters than ASCII's.
    ['--locale-provider=builtin', '--locale=C.UTF-8', '--lc-messages=C'],
    ['--no-instructions'],
  ]
  try {
    await run(binaries.initdb, options.flat(), { ...account, cwd: '/', env: { LC_ALL: 'C', TZ: 'UTC' } })
  } catch (cause) {
    const { stderr } = cause as { readonly stderr?: string }
    throw new Error(`PostgreSQL could not make a database in ${cluster}: ${stderr?.trim() || (cause as Error).message}`, {
      cause,
    })
  }
}

async function give(path: string, account: ServingAccount | undefined): Promise<void> {
  if (account === undefined) return
  await chown(path, account.uid, account.gid)
}

async function majorOf(cluster: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(join(cluster, 'PG_VERSION'), 'utf8'), 10)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${cluster} cannot be read; was the database made by another user?`, { cause: error })
  }
}

/** What starts that were killed have left; one that still runs keeps its folder. */
async function removeRemains(folder: string): Promise<void> {
  const ourStart = Date.now() - process.uptime() * 1000
  for (const name of await readdir(folder)) {
    const pid = Number(/^new-cluster-(\d+)-/.exec(name)?.[1])
    if (Number.isNaN(pid)) continue
    const isOurs = pid === process.pid && (await stat(join(folder, name))).mtimeMs > ourStart
    if (!isOurs && (pid === process.pid || !isAlive(pid))) await rm(join(folder, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
