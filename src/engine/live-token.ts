import type { Confirmation } from './jwt-access-token.ts'
import type { Origin } from './seam-grants.ts'

type Claims = Readonly<Record<string, unknown>>

/** A live token of this realm that somebody brings to an exchange, whatever it looked like. */
export interface LiveToken {
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
  /** How many exchanges led to it. */
  readonly depth: number
  readonly origin: Origin
}
