import { type Realm, Refusal, type RefusalCode, type Violation } from '../registration/index.ts'
import { type Challenge, type ChallengeContext, toChallenges } from './challenges.ts'
import type { Dialect, RefusedRequest } from './dialects/dialect.ts'
import { findRefusalRule } from './dialects/find-refusal-rule.ts'
import { orderViolations } from './dialects/order-violations.ts'
import { HttpProblem } from './http-problem.ts'
import { toAscii } from './to-ascii.ts'

/** Where a refusal happened: the challenge of RFC 6750 §3 depends on it, and the words of a dialect do. */
export interface RefusalContext {
  readonly requestId: string
  readonly realm?: Realm
  /** At the two endpoints of registration alone. */
  readonly place?: RefusalPlace
}

export interface RefusalPlace extends Pick<RefusedRequest, 'endpoint' | 'operation'> {
  readonly dialect: Dialect
}

export interface ErrorAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Readonly<Record<string, unknown>>
}

interface Wording {
  readonly status: number
  readonly error: string
  readonly challenge?: Challenge
  readonly retryAfterSeconds?: number
}

/** RFC 7591 §3.2.2 and RFC 6750 §3.1. Nobody else turns a code into a status. */
const wordings = {
  invalid_redirect_uri: { status: 400, error: 'invalid_redirect_uri' },
  invalid_client_metadata: { status: 400, error: 'invalid_client_metadata' },
  invalid_software_statement: { status: 400, error: 'invalid_software_statement' },
  unapproved_software_statement: { status: 400, error: 'unapproved_software_statement' },
  software_statement_required: { status: 400, error: 'invalid_software_statement' },
  invalid_webhook_uris: { status: 400, error: 'invalid_webhook_uris' },
  // RFC 6750 §3.1: a request without any token gets a challenge without an error. A body has to say something.
  token_required: { status: 401, error: 'invalid_token', challenge: 'bare' },
  invalid_token: { status: 401, error: 'invalid_token', challenge: 'with-error' },
  insufficient_scope: { status: 403, error: 'insufficient_scope', challenge: 'with-error' },
  access_denied: { status: 403, error: 'access_denied' },
  temporarily_unavailable: { status: 503, error: 'temporarily_unavailable', retryAfterSeconds: 5 },
} as const satisfies Record<RefusalCode, Wording>

/** Every thrown thing becomes an answer here. A fault of ours says nothing but under which id the log has it. */
export function toErrorAnswer(error: unknown, context: RefusalContext): ErrorAnswer {
  if (error instanceof Refusal) return toRefusalAnswer(error, context)
  if (error instanceof HttpProblem) return toProblemAnswer(error, context)
  if (isNamed(error, 'StoreUnavailable')) {
    return toRefusalAnswer(new Refusal('temporarily_unavailable', 'the server cannot store anything at the moment'), context)
  }
  return { status: 500, headers: {}, body: { error: 'server_error', request_id: context.requestId } }
}

export function isFault(error: unknown): boolean {
  return !(error instanceof Refusal || error instanceof HttpProblem)
}

function toProblemAnswer({ statusCode: status, error, message, headers }: HttpProblem, context: RefusalContext): ErrorAnswer {
  const word = context.place?.dialect.errors.problems[status] ?? error
  return { status, headers, body: toBody({ error: word, description: message }, context) }
}

function toRefusalAnswer(told: Refusal, context: RefusalContext): ErrorAnswer {
  const refusal = context.place === undefined ? told : orderViolations(told, context.place.dialect.errors)
  const ours: Wording = wordings[refusal.code]
  const { status, error, description } = wordingOf(refusal, context)
  // RFC 9110 §15.5.2: a 401 has a challenge, and nothing else has one.
  const challenge = status === 401 ? (ours.challenge ?? 'bare') : status === ours.status ? ours.challenge : undefined
  return {
    status,
    headers: {
      ...(ours.retryAfterSeconds === undefined ? {} : { 'retry-after': String(ours.retryAfterSeconds) }),
      ...(challenge === undefined ? {} : { 'www-authenticate': toChallenges(refusal, challenge, toChallengeContext(context)) }),
    },
    body: toBody({ error, description, violations: refusal.violations }, context),
  }
}

/** The dialect's word where it has one, ours otherwise. */
function wordingOf(refusal: Refusal, { place }: RefusalContext): Pick<Wording, 'status' | 'error'> & Told {
  const { status, error } = wordings[refusal.code]
  const ours = { status, error, description: refusal.message }
  if (place === undefined) return ours
  const { dialect, ...where } = place
  const refused = { ...where, refusal }
  const rule = findRefusalRule(dialect.errors.refusals, refused)
  if (rule === undefined) return ours
  const { description = refusal.message } = rule
  return { status: rule.status, error: rule.error, description: isText(description) ? description : description(refused) }
}

interface Told {
  readonly error: string
  readonly description: string
  readonly violations?: readonly Violation[]
}

function toBody({ error, description, violations = [] }: Told, { requestId, place }: RefusalContext): ErrorAnswer['body'] {
  const body = { error, error_description: toAscii(description) }
  if (place?.dialect.errors.isBare === true) return body
  return { ...body, ...(violations.length > 1 ? { violations: violations.map(toMember) } : {}), request_id: requestId }
}

function toMember({ code, member, reason }: Violation) {
  return { ...(member === undefined ? {} : { member: toAscii(member) }), code: wordings[code].error, reason: toAscii(reason) }
}

function toChallengeContext({ realm, place }: RefusalContext): ChallengeContext {
  return { ...(realm === undefined ? {} : { realm }), ...(place === undefined ? {} : { endpoint: place.endpoint }) }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name
}
