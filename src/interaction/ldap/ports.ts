import type { AuditEvent, EpochSeconds } from '../../registration/index.ts'
import type { User } from '../user.ts'

/** What sign-in at directories needs besides what every sign-in does. */
export interface DirectoryPorts {
  readonly accounts: DirectoryAccounts
  readonly vault: { open(sealed: string): string }
  readonly newId: () => string
  readonly now: () => EpochSeconds
  /** A directory that does not do what it should; never with what a person typed. */
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void
}

/** Somebody in a directory: `provider` is its id, `subject` the value of its `idAttribute`. */
interface AccountLink {
  readonly realm: string
  readonly provider: string
  readonly issuer: string
  readonly subject: string
}

export interface DirectoryAccounts {
  find(link: AccountLink): Promise<(User & { readonly ownsAccount: boolean }) | undefined>
  /** `undefined`: somebody else made the link first. The first user name that is free is taken. */
  create(
    link: AccountLink,
    account: {
      readonly id: string
      readonly usernames: readonly string[]
      readonly claims: Readonly<Record<string, unknown>>
    },
    event: AuditEvent,
  ): Promise<User | undefined>
  saveClaims(realm: string, accountId: string, claims: Readonly<Record<string, unknown>>): Promise<void>
}
