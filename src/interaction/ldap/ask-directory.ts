import {
  type Client,
  type Entry,
  InappropriateAuthError,
  InvalidCredentialsError,
  InvalidDNSyntaxError,
  NoSuchObjectError,
} from 'ldapts'
import type { Directory } from '../../registration/index.ts'
import { DirectoryFailure } from './directory-failure.ts'
import { entryClaims, idOf, valuesOf } from './entry-claims.ts'
import { entryGroups } from './entry-groups.ts'
import { dnOf, findEntry, readOwnEntry } from './find-entry.ts'
import { openConnection } from './open-connection.ts'

/** Somebody whom a directory knows by the password. */
export interface DirectoryIdentity {
  readonly subject: string
  readonly username: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** `unknown`: the directory has nobody of that name, as far as it can tell; `ambiguous`: it has several. */
export type DirectoryAnswer = { readonly identity: DirectoryIdentity } | 'wrong' | 'unknown' | 'ambiguous'

export interface Question {
  readonly username: string
  readonly password: string
  /** Of the account that searches; absent: it has none. */
  readonly bindPassword?: string
}

/** One sign-in, on a connection of its own, within the time that the directory has. @throws DirectoryFailure */
export async function askDirectory(directory: Directory, question: Question): Promise<DirectoryAnswer> {
  // RFC 4513 §5.1.2: a bind without a password succeeds, and proves nothing. Some servers end a text at its first NUL.
  if (question.password === '' || question.password.includes('\0')) return 'wrong'
  const { client, secure, close } = openConnection(directory)
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    const seconds = directory.connectTimeoutSeconds + directory.timeoutSeconds
    timer = setTimeout(() => reject(new DirectoryFailure('does not answer in time')), seconds * 1000)
  })
  const answer = secure().then(() => (directory.userDn === undefined ? searchThenBind : bindAtOnce)(client, directory, question))
  answer.catch(() => undefined)
  try {
    return await Promise.race([answer, deadline])
  } catch (error) {
    throw error instanceof DirectoryFailure ? error : new DirectoryFailure('cannot be reached', { cause: error })
  } finally {
    clearTimeout(timer)
    close()
  }
}

async function searchThenBind(client: Client, directory: Directory, question: Question): Promise<DirectoryAnswer> {
  const { username, password, bindPassword } = question
  await bindAsServer(client, directory, bindPassword)
  const entry = await findEntry(client, directory, username)
  if (entry === 'ambiguous') return 'ambiguous'
  // With nobody there the same number of questions is asked: the time would tell who is (SEC-TEN-02).
  const isRight = await isPasswordOf(client, entry?.dn ?? `cn=nobody,${directory.baseDn}`, password)
  if (entry === undefined) return 'unknown'
  if (!isRight) return 'wrong'
  if (directory.groups?.baseDn !== undefined) await bindAsServer(client, directory, bindPassword)
  return describe(client, entry, directory, username)
}

async function bindAtOnce(client: Client, directory: Directory, { username, password }: Question): Promise<DirectoryAnswer> {
  const dn = dnOf(directory, username)
  if (!(await isPasswordOf(client, dn, password))) return 'unknown'
  const entry = await readOwnEntry(client, directory, dn)
  if (entry === undefined) throw new DirectoryFailure('lets nobody read their own entry')
  return describe(client, entry, directory, username)
}

async function bindAsServer(client: Client, { bindDn }: Directory, bindPassword: string | undefined): Promise<void> {
  if (bindDn === undefined || bindPassword === undefined) return
  try {
    await client.bind(bindDn, bindPassword)
  } catch (error) {
    if (!isRefusal(error)) throw error
    // Not the person's password: whoever is told so would change the wrong one.
    throw new DirectoryFailure('refuses bindDn', { cause: error })
  }
}

const refusals = [InvalidCredentialsError, InappropriateAuthError, NoSuchObjectError, InvalidDNSyntaxError]

function isRefusal(error: unknown): boolean {
  return refusals.some((refusal) => error instanceof refusal)
}

async function isPasswordOf(client: Client, dn: string, password: string): Promise<boolean> {
  try {
    await client.bind(dn, password)
    return true
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  }
}

async function describe(client: Client, entry: Entry, directory: Directory, typed: string): Promise<DirectoryAnswer> {
  const subject = idOf(entry, directory)
  if (subject === undefined) throw new DirectoryFailure(`gives no ${directory.idAttribute}`)
  const [username = typed] = directory.usernameAttributes.flatMap((attribute) => valuesOf(entry, attribute).slice(0, 1))
  const claims = { ...entryClaims(entry, directory), ...(await entryGroups(client, entry, directory)) }
  return { identity: { subject, username, claims } }
}
