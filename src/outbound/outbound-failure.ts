/** `refused`: by our own guard. `limited`: too much at once. `failed`: the other side, or the way there. */
export type FailureKind = 'refused' | 'limited' | 'failed'

/**
 * Every failure looks the same from outside, so that nobody learns from an answer what stands behind an address
 * (SEC-SSRF-07). What really happened is in `internal`, for the log alone.
 */
export class OutboundFailure extends Error {
  override readonly name = 'OutboundFailure'
  readonly kind: FailureKind
  readonly internal: string

  constructor(kind: FailureKind, internal: string, cause?: unknown) {
    super('the URL could not be fetched', cause === undefined ? undefined : { cause })
    this.kind = kind
    this.internal = internal
  }
}

export function asOutboundFailure(error: unknown): OutboundFailure {
  const known = causes(error).find((cause) => cause instanceof OutboundFailure)
  return known ?? new OutboundFailure('failed', causes(error).map(tell).join(': '), error)
}

const CAUSES_MAX = 5

function causes(error: unknown): readonly unknown[] {
  const chain: unknown[] = []
  for (let next = error; next !== undefined && chain.length < CAUSES_MAX; next = next instanceof Error ? next.cause : undefined) {
    chain.push(next)
  }
  return chain
}

function tell(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
