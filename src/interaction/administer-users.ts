import type { AuditEvent, EpochSeconds } from '../registration/index.ts'
import { hashPassword } from './password.ts'

/** Somebody who can sign in, as administrators see it: never with a password, or the hash of one. */
export interface AdministeredUser {
  readonly id: string
  readonly username: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly active: boolean
  /** Whether there is a password: who signs in elsewhere has none. */
  readonly hasPassword: boolean
  /** The configuration file owns it, and nobody changes it here. */
  readonly provisioned: boolean
}

/** `password` in clear: left out of a change, it stays. */
export interface WrittenUser {
  readonly username: string
  readonly password?: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly active: boolean
}

export interface UserSearch {
  readonly realm: string
  readonly limit: number
  readonly after?: string
  /** What the user name begins with. */
  readonly username?: string
  readonly active?: boolean
}

export type UserOutcome =
  | { readonly outcome: 'saved'; readonly user: AdministeredUser }
  | { readonly outcome: 'taken' | 'absent' | 'provisioned' | 'removed' }

export interface UserAdministration {
  list(search: UserSearch): Promise<readonly AdministeredUser[]>
  find(realm: string, id: string): Promise<AdministeredUser | undefined>
  create(realm: string, written: WrittenUser, actor: string): Promise<UserOutcome>
  /** Who may not sign in any more, or has another password, is signed out everywhere. */
  replace(realm: string, id: string, written: WrittenUser, actor: string): Promise<UserOutcome>
  remove(realm: string, id: string, actor: string): Promise<UserOutcome>
}

interface StoredUser extends Omit<AdministeredUser, 'hasPassword'> {
  readonly realm: string
  /** Empty where there is none. */
  readonly passwordHash: string
}

export interface UserAdministrationPorts {
  readonly users: { findById(realm: string, id: string): Promise<StoredUser | undefined> }
  readonly administration: {
    list(search: UserSearch): Promise<readonly StoredUser[]>
    insert(user: Omit<StoredUser, 'provisioned'>, event: AuditEvent): Promise<boolean>
    replace(user: Omit<StoredUser, 'provisioned'>, ends: boolean, event: AuditEvent): Promise<'saved' | 'absent' | 'taken'>
    remove(key: Pick<StoredUser, 'realm' | 'id'>, event: AuditEvent): Promise<boolean>
  }
  readonly newId: () => string
  readonly now: () => EpochSeconds
}

export function createUserAdministration(ports: UserAdministrationPorts): UserAdministration {
  const { users, administration, newId, now } = ports
  const eventOf = (type: string, { realm, id, username }: Pick<StoredUser, 'realm' | 'id' | 'username'>, actor: string) => ({
    ...{ realm, type, at: now(), actor, details: { id, username } },
  })
  return {
    list: async (search) => (await administration.list(search)).map(shown),
    find: async (realm, id) => {
      const found = await users.findById(realm, id)
      return found === undefined ? undefined : shown(found)
    },
    async create(realm, { password, ...written }, actor) {
      const passwordHash = password === undefined ? '' : await hashPassword(password)
      const user = { ...written, realm, id: newId(), passwordHash }
      const isNew = await administration.insert(user, eventOf('user.created', user, actor))
      return isNew ? { outcome: 'saved', user: shown({ ...user, provisioned: false }) } : { outcome: 'taken' }
    },
    async replace(realm, id, { password, ...written }, actor) {
      const before = await users.findById(realm, id)
      if (before === undefined) return { outcome: 'absent' }
      if (before.provisioned) return { outcome: 'provisioned' }
      const passwordHash = password === undefined ? before.passwordHash : await hashPassword(password)
      const user = { ...written, realm, id, passwordHash }
      const ends = !user.active || password !== undefined
      const outcome = await administration.replace(user, ends, eventOf('user.changed', user, actor))
      return outcome === 'saved' ? { outcome, user: shown({ ...user, provisioned: false }) } : { outcome }
    },
    async remove(realm, id, actor) {
      const before = await users.findById(realm, id)
      if (before === undefined) return { outcome: 'absent' }
      if (before.provisioned) return { outcome: 'provisioned' }
      const isGone = await administration.remove({ realm, id }, eventOf('user.removed', before, actor))
      return { outcome: isGone ? 'removed' : 'absent' }
    },
  }
}

function shown({ id, username, claims, active, passwordHash, provisioned }: StoredUser): AdministeredUser {
  return { id, username, claims, active, hasPassword: passwordHash !== '', provisioned }
}
