/** Somebody who can sign in, never with a password, or the hash of one. */
export interface AdministeredUser {
  readonly id: string
  readonly username: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly active: boolean
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
  /** The user name of the last one seen. */
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
  replace(realm: string, id: string, written: WrittenUser, actor: string): Promise<UserOutcome>
  remove(realm: string, id: string, actor: string): Promise<UserOutcome>
}
