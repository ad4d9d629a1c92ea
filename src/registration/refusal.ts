/**
 * The codes a requester can be refused with: RFC 7591 §3.2.2, RFC 6750 §3.1 and RFC 6749 §5.2.
 * `token_required` is RFC 6750's answer without an error code: nothing was presented where a token is needed.
 * `software_statement_required` is `invalid_software_statement` for a request without any; `invalid_webhook_uris` is Brazil's
 * (Open Finance Brasil DCR §7.1).
 */
export type RefusalCode =
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'invalid_software_statement'
  | 'unapproved_software_statement'
  | 'software_statement_required'
  | 'invalid_webhook_uris'
  | 'token_required'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'access_denied'
  | 'temporarily_unavailable'

/** One reason among possibly several; `member` is the client metadata member at fault. */
export interface Violation {
  readonly code: RefusalCode
  readonly member?: string
  readonly reason: string
  readonly problem?: ViolationProblem
}

/**
 * What sort of fault it is, for whoever has other words for it than `reason`. `about` are the values at fault; what is `missing`
 * is a member, what is `unmatched` a grant type that no response type goes with.
 */
export interface ViolationProblem {
  readonly kind: 'malformed' | 'scheme' | 'fragment' | 'loopback' | 'unsupported' | 'missing' | 'unmatched'
  readonly about: readonly string[]
}

export interface RefusalDetails {
  readonly member?: string
  readonly violations?: readonly Violation[]
  /** For the log only; never leaves the process. */
  readonly internal?: string
  readonly cause?: unknown
}

/** The requester's doing, and told to the requester. Everything else that is thrown is a fault of ours. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly violations: readonly Violation[]
  readonly internal: string | undefined

  constructor(code: RefusalCode, reason: string, details: RefusalDetails = {}) {
    super(reason, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.internal = details.internal
    this.violations = details.violations ?? [
      { code, reason, ...(details.member === undefined ? {} : { member: details.member }) },
    ]
  }
}

/** Every reason at once, the first one leading: a requester should not have to find them one by one. */
export function refuseAll(violations: readonly Violation[]): void {
  const first = violations[0]
  if (first !== undefined) throw new Refusal(first.code, first.reason, { violations })
}

/** What `check` refuses, for whoever has more to add before it is told. */
export function violationsOf(check: () => void): readonly Violation[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof Refusal) return error.violations
    throw error
  }
}
