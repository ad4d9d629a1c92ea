/** Somebody at an identity provider of a realm. */
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
