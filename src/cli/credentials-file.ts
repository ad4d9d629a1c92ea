import { randomBytes } from 'node:crypto'
import { access, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { CliError, exitCodes } from './cli-error.ts'

/** What a client has to remember of its registration (RFC 7591 §3.2.1, RFC 7592 §3). */
export interface Credentials {
  readonly client_id: string
  readonly client_secret?: string
  readonly client_secret_expires_at?: number
  readonly registration_client_uri?: string
  readonly registration_access_token?: string
}

export async function readCredentials(file: string): Promise<Credentials> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Credentials
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'it is not JSON'
    const nextStep = 'Register first: registrar register create --credentials FILE'
    throw new CliError(`cannot read credentials from ${file} (${reason})`, { exitCode: exitCodes.usage, nextStep, cause })
  }
}

/** Before anything is sent: an answer that cannot be kept would be lost for good. */
export async function refuseExisting(file: string): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  )
  if (exists)
    throw new CliError(`${file} is there already`, {
      exitCode: exitCodes.conflict,
      nextStep: 'Name another file, or remove it if its client is of no use any more.',
    })
}

/** What is new wins, what is not in the answer stays; the file is replaced whole, readable for its owner alone. */
export async function saveCredentials(
  file: string,
  known: Partial<Credentials>,
  answer: Readonly<Record<string, unknown>>,
): Promise<Credentials> {
  const told = Object.fromEntries(members.flatMap((name) => (answer[name] === undefined ? [] : [[name, answer[name]]])))
  const credentials = { ...known, ...told } as Credentials
  const draft = `${file}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, `${JSON.stringify(credentials, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(draft, file)
  return credentials
}

export async function forgetCredentials(file: string): Promise<void> {
  await unlink(file)
}

const members: readonly (keyof Credentials)[] = [
  'client_id',
  'client_secret',
  'client_secret_expires_at',
  'registration_client_uri',
  'registration_access_token',
]
