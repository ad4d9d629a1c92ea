import { randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, realpath, rmdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { canEnter } from './can-enter.ts'
import type { ServingAccount } from './serving-account.ts'
import { writeOnce } from './write-once.ts'

/** Where root keeps what the serving account must reach and the place of the checkout is closed to it. */
export const systemFolder = '/var/lib/registrar'

/** A line with the path of the database, where that is not the data folder itself. */
const elsewhereFile = 'elsewhere'

export interface Home {
  readonly folder: string
  /** PostgreSQL's own data folder. */
  readonly cluster: string
  /** Made at the first start; kept beside the cluster, for our own eyes. */
  password(): Promise<string>
}

interface HomeOptions {
  readonly folder: string
  readonly account: ServingAccount | undefined
  readonly log: (line: string) => void
}

/** The folder of the database: the data folder, or, where that is closed to the serving account, one that is not. */
export async function prepareHome({ folder, account, log }: HomeOptions): Promise<Home> {
  await makePassable(folder)
  const home = (await recordedElsewhere(folder)) ?? ((await canEnter(folder, account)) ? folder : await moveElsewhere(folder))
  if (home !== folder) log(`${resolve(folder)} is closed to the account that PostgreSQL runs under; the database is in ${home}`)
  return { folder: home, cluster: clusterIn(await realpath(home)), password: () => readOrMakePassword(join(home, 'password')) }
}

export async function clusterFolderOf(folder: string): Promise<string> {
  return clusterIn((await recordedElsewhere(folder)) ?? folder)
}

/** Root's folder for us; refused if anybody else could have made it, or could change it. */
export async function ensureSystemFolder(folder: string): Promise<string> {
  await makePassable(folder)
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(`${folder} does not belong to the user that Registrar runs as, or others can write to it`)
  }
  return folder
}

/** A folder of somebody else's making stays as it is; the process's umask does not decide about ours. */
async function makePassable(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o711 })
  if (made !== undefined) await chmod(folder, 0o711)
}

function clusterIn(home: string): string {
  return join(resolve(home), 'cluster')
}

async function recordedElsewhere(folder: string): Promise<string | undefined> {
  const recorded = await readIfThere(join(folder, elsewhereFile))
  return recorded?.trim()
}

/** The name is random and stands in the data folder: who removes that folder starts afresh, as everywhere else. */
async function moveElsewhere(folder: string): Promise<string> {
  await ensureSystemFolder(systemFolder)
  const home = await ensureSystemFolder(join(systemFolder, `database-${randomBytes(6).toString('hex')}`))
  const recorded = (await writeOnce(join(folder, elsewhereFile), `${home}\n`)).trim()
  if (recorded !== home) await rmdir(home)
  return recorded
}

async function readOrMakePassword(path: string): Promise<string> {
  const password = (await readIfThere(path)) ?? (await writeOnce(path, `${randomBytes(32).toString('base64url')}\n`))
  return password.trim()
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${path} cannot be read; was the database made by another user?`, { cause: error })
  }
}
