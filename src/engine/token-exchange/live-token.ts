import type { JsonObject } from '../../registration/index.ts'
import type { Origin } from '../seam/seam-grants.ts'
import type { Confirmation } from '../tokens/jwt-access-token.ts'

type Claims = Readonly<Record<string, unknown>>

/** A live token of this realm that somebody brings to an exchange, whatever it looked like; or the word of an issuer that is trusted. */
export interface LiveToken {
  /** Absent: this realm. The entry among its assertion issuers says who may bring such a token, and has been asked. */
  readonly foreign?: ForeignParty
  /** Of this realm; empty for a foreign token, whose clients are not ours. */
  readonly client_id: string
  /** The person that it speaks about; absent: a client, which `sub` names. */
  readonly accountId?: string
  /** The person's groups, as far as anybody was asked. */
  readonly groups?: readonly string[]
  readonly sub: string
  readonly scopes: readonly string[]
  readonly audience: readonly string[]
  readonly exp: number
  readonly act: Claims | undefined
  readonly mayAct: Claims | undefined
  readonly confirmation: Confirmation
  /** How the person signed in, as far as an ID token tells. */
  readonly authentication?: JsonObject
  /** How many exchanges led to it. */
  readonly depth: number
  readonly origin: Origin
}

/** How a foreign issuer calls whom its token speaks about. */
export interface ForeignParty {
  readonly iss: string
  readonly sub: string
}
