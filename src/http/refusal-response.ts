import { type Realm, Refusal, type RefusalCode, type Violation } from '../registration/index.ts'
import type { Dialect } from './dialects/dialect.ts'
import { HttpProblem } from './http-problem.ts'

/** Where a refusal happened: the challenge of RFC 6750 §3 depends on it. */
export interface RefusalContext {
  readonly requestId: string
  readonly realm?: Realm
  /** Set at the registration endpoint alone: its initial access token may be an ordinary one of the realm. */
  readonly registrationDialect?: Dialect
}

export interface ErrorAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Readonly<Record<string, unknown>>
}

interface Wording {
  readonly status: number
  readonly error: string
  readonly challenge?: 'bare' | 'with-error'
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

function toProblemAnswer(
  { statusCode: status, error, message, headers }: HttpProblem,
  { requestId }: RefusalContext,
): ErrorAnswer {
  return { status, headers, body: { error, error_description: toAscii(message), request_id: requestId } }
}

function toRefusalAnswer(refusal: Refusal, context: RefusalContext): ErrorAnswer {
  const dialect = context.registrationDialect?.refusals[refusal.code]
  if (dialect !== undefined) {
    const { status, error, description } = dialect
    return { status, headers: {}, body: { error, error_description: description, request_id: context.requestId } }
  }
  const wording: Wording = wordings[refusal.code]
  return { status: wording.status, headers: toHeaders(refusal, wording, context), body: toBody(refusal, context) }
}

function toBody({ code, message, violations }: Refusal, { requestId }: RefusalContext): ErrorAnswer['body'] {
  return {
    error: wordings[code].error,
    error_description: toAscii(message),
    ...(violations.length > 1 ? { violations: violations.map(toMember) } : {}),
    request_id: requestId,
  }
}

function toMember({ code, member, reason }: Violation) {
  return { ...(member === undefined ? {} : { member: toAscii(member) }), code: wordings[code].error, reason: toAscii(reason) }
}

function toHeaders(refusal: Refusal, { challenge, retryAfterSeconds }: Wording, context: RefusalContext): ErrorAnswer['headers'] {
  return {
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(challenge === undefined ? {} : { 'www-authenticate': toChallenges(refusal, challenge, context) }),
  }
}

/** One header line per scheme: a list in one line is more than many a client takes apart. */
function toChallenges(
  { code, message }: Refusal,
  challenge: 'bare' | 'with-error',
  context: RefusalContext,
): string | readonly string[] {
  const error = [`error="${code}"`, `error_description="${toAscii(message)}"`, ...missingScope(code, context)].join(', ')
  const parameters = challenge === 'bare' ? '' : ` ${error}`
  return acceptsDPoP(context) ? [`Bearer${parameters}`, `DPoP${parameters}`] : `Bearer${parameters}`
}

function missingScope(code: RefusalCode, { realm, registrationDialect }: RefusalContext): readonly string[] {
  const scope = registrationDialect === undefined ? undefined : realm?.registration.initialAccessTokenScopes[0]
  return code === 'insufficient_scope' && scope !== undefined ? [`scope="${toAscii(scope)}"`] : []
}

/** Registration access tokens are bearer tokens (RFC 7592 §1.2); only an ordinary access token can be bound to a key. */
function acceptsDPoP({ realm, registrationDialect }: RefusalContext): boolean {
  if (registrationDialect === undefined || realm === undefined) return false
  return realm.capabilities.features.dPoP && realm.registration.initialAccessTokenScopes.length > 0
}

const descriptionLengthMax = 1000

/** The characters that RFC 6749 §5.2 allows in `error_description`; what a requester sent is spelled out (DCR-ERR-02). */
function toAscii(text: string): string {
  return text
    .slice(0, descriptionLengthMax)
    .replace(/["\\]/g, "'")
    .replace(/[^\x20-\x7e]/gu, (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`)
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name
}
