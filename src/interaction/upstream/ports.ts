import type { AuditEvent, EpochSeconds, JsonObject, Realm } from '../../registration/index.ts'
import type { User } from '../user.ts'

/** What sign-in at identity providers needs besides what every sign-in does. */
export interface UpstreamPorts {
  readonly accounts: UpstreamAccounts
  /** Kept in the database: the answer may come to another node, or after a restart. */
  readonly attempts: AttemptStore
  readonly vault: { open(sealed: string): string; seal(clear: string): string }
  /** The guarded way out. `cache: 'reload'` goes past what is remembered. */
  readonly fetch: (url: string, init?: RequestInit & { readonly cache?: 'default' | 'reload' }) => Promise<Response>
  /** By the realm's key, with an algorithm that the provider takes. */
  readonly clientAssertions: {
    sign(realm: Realm, claims: JsonObject, algorithms?: readonly string[]): Promise<string>
  }
  readonly newId: () => string
}

export interface AccountLink {
  readonly realm: string
  readonly provider: string
  readonly issuer: string
  readonly subject: string
}

export interface NewAccount {
  readonly id: string
  /** The first that is free becomes the user name. */
  readonly usernames: readonly string[]
  readonly claims: Readonly<Record<string, unknown>>
}

export interface UpstreamAccounts {
  find(link: AccountLink): Promise<(User & { readonly ownsAccount: boolean }) | undefined>
  /** At most two: one is an answer, two are none. */
  findByVerifiedEmail(realm: string, email: string): Promise<readonly User[]>
  /** `undefined`: somebody else made the link first. */
  create(link: AccountLink, account: NewAccount, event: AuditEvent): Promise<User | undefined>
  /** `false`: there is such a link already. */
  link(link: AccountLink, accountId: string, event: AuditEvent): Promise<boolean>
  saveClaims(realm: string, accountId: string, claims: Readonly<Record<string, unknown>>): Promise<void>
}

interface Key {
  readonly realm: string
  readonly model: string
  readonly id: string
}

export interface AttemptStore {
  insertOnce(
    object: Key & { readonly payload: Readonly<Record<string, unknown>>; readonly expiresAt: EpochSeconds },
  ): Promise<boolean>
  find(key: Key): Promise<{ readonly payload: Readonly<Record<string, unknown>>; readonly consumedAt?: EpochSeconds } | undefined>
  /** `false`: it was used already, or is gone. */
  consume(key: Key, at: EpochSeconds): Promise<boolean>
}
