import { randomBytes, randomInt } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { complain, type Draft } from './draft.ts'
import type { Path } from './problem.ts'
import type { SecretSource } from './secret-source.ts'

/** The value behind a source; `undefined` where there is none, with a problem noted that says what to do. */
export async function resolveSecret(draft: Draft, source: SecretSource, path: Path): Promise<string | undefined> {
  if ('env' in source) return fromEnvironment(draft, source.env, path)
  if ('file' in source) return fromFile(draft, source.file, path)
  if (draft.file.mode === 'production') return complainOfUnsafe(draft, source, path)
  return 'value' in source ? source.value : generated(draft, source.generated, path)
}

/** The path of a file that a configuration names: relative to the configuration, wherever the server was started. */
export function besideFile({ surroundings }: Draft, path: string): string {
  return resolve(dirname(surroundings.path), path)
}

/** Where a generated secret is kept. */
export function generatedSecretPath({ surroundings }: Draft, name: string): string {
  return join(surroundings.dataFolder, 'secrets', name)
}

/** Who can read the file or the folder has the secret. */
export function complainOfUnsafe(draft: Draft, source: SecretSource, path: Path): undefined {
  const what = 'value' in source ? 'a secret in the file itself' : 'a generated secret'
  return complain(draft, path, `${what} is for mode development alone; give { env: NAME } or { file: PATH }`)
}

function fromEnvironment(draft: Draft, name: string, path: Path): string | undefined {
  const value = draft.surroundings.env[name]
  if (value !== undefined && value !== '') return value
  return complain(draft, path, `environment variable ${name} is not set; export it, or give { file: PATH }`)
}

async function fromFile(draft: Draft, name: string, path: Path): Promise<string | undefined> {
  const text = await readFile(besideFile(draft, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    complain(draft, path, `cannot read ${besideFile(draft, name)} (${error.code ?? error.message})`)
  })
  if (text === undefined) return undefined
  const value = text.replace(/\r?\n$/, '')
  return value === '' ? complain(draft, path, `${besideFile(draft, name)} is empty`) : value
}

async function generated(draft: Draft, name: string, path: Path): Promise<string | undefined> {
  const file = generatedSecretPath(draft, name)
  const known = await existing(file)
  const value = known ?? typeableSecret(path.at(-1) === 'password' ? passwordGroups : keyGroups)
  if (known !== undefined || !draft.surroundings.generates) return value
  try {
    return await createOnce(file, value)
  } catch (error) {
    return complain(draft, path, `cannot write ${file} (${(error as NodeJS.ErrnoException).code ?? error})`)
  }
}

async function existing(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text?.trim() === '' ? undefined : text?.trim()
}

/** A link appears whole or not at all: of two servers that start at once, the second uses what the first one wrote. */
async function createOnce(file: string, value: string): Promise<string> {
  // An embedded database that runs as somebody else has to come through to its own folder, which lies beside this one.
  await mkdir(dirname(dirname(file)), { recursive: true, mode: 0o711 })
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${value}\n`, { mode: 0o600, flag: 'wx' })
  try {
    await link(draft, file)
    return value
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return (await readFile(file, 'utf8')).trim()
  } finally {
    await unlink(draft)
  }
}

// Letters and digits that no one mistakes for each other, since a person may have to type them.
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
const lettersPerGroup = 5
/** 272 bits: enough for a root secret. */
const keyGroups = 11
/** 99 bits: beyond guessing, and still typed without sighing. */
const passwordGroups = 4

function typeableSecret(groups: number): string {
  const group = (): string => Array.from({ length: lettersPerGroup }, randomLetter).join('')
  return Array.from({ length: groups }, group).join('-')
}

function randomLetter(): string {
  return alphabet[randomInt(alphabet.length)] ?? ''
}
