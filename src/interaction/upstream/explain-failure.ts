import { AuthorizationResponseError, ClientError } from 'openid-client'
import { UpstreamFailure, type UpstreamProblem } from './upstream-failure.ts'

/** Whatever goes wrong on the way to a provider and back, in terms of what a person can do about it. @throws UpstreamFailure */
export async function asUpstreamFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw explained(error)
  }
}

// OIDC Core §3.1.2.6 and RFC 6749 §4.1.2.1: what another try may change.
const denials = ['access_denied', 'login_required', 'interaction_required', 'account_selection_required', 'consent_required']
const outages = ['temporarily_unavailable', 'server_error']

function explained(error: unknown): unknown {
  if (error instanceof UpstreamFailure) return error
  if (error instanceof AuthorizationResponseError) {
    const problem = denials.includes(error.error) ? 'denied' : outages.includes(error.error) ? 'unreachable' : 'failed'
    return new UpstreamFailure(problem, `the provider answered ${error.error.slice(0, NAME_LENGTH_MAX)}`)
  }
  const failure = causesOf(error).find(isOutboundFailure)
  if (failure !== undefined) return new UpstreamFailure('unreachable', failure.internal)
  // The rest of it may hold what the provider sent, tokens too.
  if (error instanceof ClientError || isProtocolError(error))
    return new UpstreamFailure(problemOf(error), [codeOf(error), error.message].filter((part) => part !== '').join(': '))
  return error
}

const NAME_LENGTH_MAX = 64
const CAUSES_MAX = 5

function causesOf(error: unknown): readonly unknown[] {
  const chain: unknown[] = []
  for (let next = error; next !== undefined && chain.length < CAUSES_MAX; next = next instanceof Error ? next.cause : undefined)
    chain.push(next)
  return chain
}

/** Rooms do not meet: the failure of the way out is known by its name. */
function isOutboundFailure(error: unknown): error is Error & { readonly internal: string } {
  return error instanceof Error && error.name === 'OutboundFailure' && 'internal' in error
}

function isProtocolError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    // What is no text, no URL or no JSON in a provider's documents.
    (/^(OAUTH|ERR_)/.test(codeOf(error)) || error instanceof TypeError || error instanceof SyntaxError)
  )
}

/** A provider that is out of order says so by a status, which comes along with the error. */
function problemOf(error: Error): UpstreamProblem {
  const statuses = causesOf(error).map((cause) => (cause as { readonly status?: unknown } | undefined)?.status)
  return statuses.some((status) => typeof status === 'number' && status >= 500) ? 'unreachable' : 'failed'
}

function codeOf(error: Error): string {
  return String((error as { readonly code?: unknown }).code ?? '')
}
