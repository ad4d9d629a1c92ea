import type { AuditEvent, Directory, JsonObject, Realm } from '../../registration/index.ts'
import { jsonEqual } from '../../registration/index.ts'
import { createGate, type Gate } from '../gate.ts'
import type { User } from '../user.ts'
import { askDirectory, type DirectoryAnswer, type DirectoryIdentity } from './ask-directory.ts'
import { DirectoryFailure } from './directory-failure.ts'
import type { DirectoryPorts } from './ports.ts'

export type DirectoryVerdict = { readonly user: User } | 'rejected' | 'unreachable'

/** Asks the directories of a realm in order; the first that knows the name decides. @throws Overloaded */
export type AskDirectories = (realm: Realm, username: string, password: string) => Promise<DirectoryVerdict>

/** For each connection that a directory lets us have. */
const waitingPerConnection = 8

export function createDirectories(ports: DirectoryPorts): AskDirectories {
  const gates = new WeakMap<Directory, Gate>()
  const gateOf = (directory: Directory): Gate => {
    const known = gates.get(directory)
    if (known !== undefined) return known
    const { connectionsMax } = directory
    const gate = createGate(connectionsMax, connectionsMax * waitingPerConnection)
    gates.set(directory, gate)
    return gate
  }
  return async (realm, username, password) => {
    let isUnreachable = false
    for (const directory of realm.directories.filter(({ enabled }) => enabled)) {
      const answer = await gateOf(directory).run(() => ask(ports, realm, { directory, username, password }))
      if (answer === 'wrong') return 'rejected'
      if (typeof answer === 'object') return accept(ports, { realm, directory, identity: answer.identity })
      isUnreachable ||= answer === 'failed'
    }
    return isUnreachable ? 'unreachable' : 'rejected'
  }
}

interface Asked {
  readonly directory: Directory
  readonly username: string
  readonly password: string
}

type Answer = Exclude<DirectoryAnswer, 'ambiguous'> | 'failed'

async function ask({ vault, warn }: DirectoryPorts, realm: Realm, asked: Asked): Promise<Answer> {
  const { directory, username, password } = asked
  const { sealedBindPassword: sealed } = directory
  try {
    const bindPassword = sealed === undefined ? {} : { bindPassword: vault.open(sealed) }
    const answer = await askDirectory(directory, { username, password, ...bindPassword })
    if (answer !== 'ambiguous') return answer
    warn('a directory has several entries for one user name', placeOf(realm, directory))
    return 'wrong'
  } catch (error) {
    if (!(error instanceof DirectoryFailure)) throw error
    // The cause by its name alone: a message may repeat what was sent.
    const cause = error.cause instanceof Error ? { cause: error.cause.name, code: Reflect.get(error.cause, 'code') } : {}
    warn(`a directory ${error.message}`, { ...placeOf(realm, directory), ...cause })
    return 'failed'
  }
}

function placeOf(realm: Realm, directory: Directory) {
  return { realm: realm.name, directory: directory.id }
}

interface Arrival {
  readonly realm: Realm
  readonly directory: Directory
  readonly identity: DirectoryIdentity
}

/** The account follows the person's entry: whoever gets a name that somebody had before is somebody else. */
async function accept({ accounts, newId, now }: DirectoryPorts, arrival: Arrival): Promise<DirectoryVerdict> {
  const { realm, directory, identity } = arrival
  const { subject, username, claims } = identity
  const link = { realm: realm.name, provider: directory.id, issuer: 'ldap', subject }
  const known = await accounts.find(link)
  if (known !== undefined) {
    if (!known.active) return 'rejected'
    const isSame = jsonEqual(known.claims as JsonObject, claims as JsonObject)
    if (!isSame) await accounts.saveClaims(realm.name, known.id, claims)
    return { user: { ...known, claims } }
  }
  const id = newId()
  const usernames = [username, `${username}@${directory.id}`, `${username}#${id}`]
  const actor = `directory:${directory.id}`
  const event: AuditEvent = { realm: realm.name, type: 'account.created', at: now(), actor, details: { accountId: id } }
  const user = (await accounts.create(link, { id, usernames, claims }, event)) ?? (await accounts.find(link))
  return user?.active === true ? { user } : 'rejected'
}
