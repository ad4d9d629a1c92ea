/** Who may exchange which tokens for others (RFC 8693). Times in seconds. */
export interface TokenExchangeSettings {
  /** Clients that cannot authenticate may exchange tokens of their own, and those that a rule gives them. */
  readonly publicClients: boolean
  /** What becomes of another client's token when no `actor_token` says who acts. */
  readonly withoutActorToken: 'client-acts' | 'impersonate' | 'refuse'
  /** Nobody acts for a subject whose token does not say `may_act`. */
  readonly requireMayAct: boolean
  /** How many exchanges may follow one another; `act` is never deeper. */
  readonly chainLengthMax: number
  readonly lifetimeSeconds: number
  readonly rules: readonly TokenExchangeRule[]
  /** Clients whose `client_id` can be the `audience` of an exchange: the applications that tokens are then made for. */
  readonly applications: 'any' | readonly string[]
  /** What becomes of an `audience` that is neither a resource nor one of these applications. */
  readonly unknownAudiences: 'refuse' | 'ignore'
}

/** Lets a client exchange tokens that were neither issued to it nor made for it. */
export interface TokenExchangeRule {
  readonly client: string
  /** Tokens that were made for one of these. */
  readonly audiences: readonly string[]
  /** Tokens that were issued to one of these clients. */
  readonly issuedTo: readonly string[]
}
