/** Somebody who can sign in. */
export interface User {
  readonly realm: string
  readonly id: string
  readonly username: string
  /** PHC string; see `password.ts`. Empty: has none, and signs in elsewhere. */
  readonly passwordHash: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly active: boolean
  readonly provisioned: boolean
}
