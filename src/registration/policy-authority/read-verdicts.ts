import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { JsonValue } from '../client.ts'
import type { RefusalCode } from '../refusal.ts'
import type { Verdict } from './define-policy.ts'

export type ReadVerdicts = { readonly verdicts: readonly Verdict[] } | { readonly problem: string }

// More is no judgement but a leak.
const verdictsMax = 100

/** What a policy has answered, if it is what a policy can answer. */
export function readVerdicts(answer: unknown): ReadVerdicts {
  if (!Array.isArray(answer)) return { problem: 'the answer is no list of verdicts; give [], or [refuse(…)] and the like' }
  if (answer.length > verdictsMax) return { problem: `the answer has more than ${verdictsMax} verdicts` }
  for (const [index, verdict] of answer.entries()) {
    const problem = problemOf(verdict)
    if (problem !== undefined) return { problem: `verdict ${index + 1} ${problem}` }
  }
  return { verdicts: answer as readonly Verdict[] }
}

const closed = { additionalProperties: false }
// On one line; characters that RFC 6749 §5.2 does not allow are spelled out where it is answered.
const reason = Type.String({ minLength: 1, maxLength: 1000, pattern: '^[^\\x00-\\x1f\\x7f]+$' })

const refusalCodes = Object.keys({
  invalid_redirect_uri: true,
  invalid_client_metadata: true,
  invalid_software_statement: true,
  unapproved_software_statement: true,
  software_statement_required: true,
  invalid_webhook_uris: true,
  token_required: true,
  invalid_token: true,
  insufficient_scope: true,
  access_denied: true,
  temporarily_unavailable: true,
} satisfies Record<RefusalCode, true>)

const code = Type.Enum(refusalCodes)
const group = Type.Union([
  Type.Object({ kind: Type.Literal('realm') }, closed),
  Type.Object(
    {
      kind: Type.Literal('address'),
      ipv4Bits: Type.Integer({ minimum: 0, maximum: 32 }),
      ipv6Bits: Type.Integer({ minimum: 0, maximum: 128 }),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('token') }, closed),
  Type.Object({ kind: Type.Literal('software'), perVersion: Type.Boolean() }, closed),
])

const members = {
  refuse: { code, member: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })), reason },
  amend: { members: Type.Object({}), reason },
  hold: { reason },
  limit: { of: group, max: Type.Integer({ minimum: 0 }), evictUnused: Type.Boolean(), code, reason },
  expire: { lifetimeSeconds: Type.Integer({ minimum: 1 }), reason },
} as const

const validators = new Map(
  Object.entries(members).map(([kind, own]) => [kind, Compile(Type.Object({ kind: Type.Literal(kind), ...own }, closed))]),
)

function problemOf(verdict: unknown): string | undefined {
  const { kind } = (verdict ?? {}) as { readonly kind?: unknown }
  const validator = validators.get(String(kind))
  if (validator === undefined) return `has the kind ${JSON.stringify(kind)}; give one of ${[...validators.keys()].join(', ')}`
  const [error] = validator.Errors(verdict)
  if (error !== undefined) return `(${String(kind)}) is not accepted: ${`${error.instancePath.slice(1)} ${error.message}`.trim()}`
  return kind === 'amend' ? problemOfMembers((verdict as { readonly members: object }).members) : undefined
}

function problemOfMembers(amended: object): string | undefined {
  const bad = Object.entries(amended).find(
    ([name, value]) => name === '' || !isText(name) || !(value === undefined || isJson(value, depthMax)),
  )
  return bad === undefined ? undefined : `(amend) is not accepted: the value of ${JSON.stringify(bad[0])} is no JSON`
}

// As deep as metadata can be that comes in a request.
const depthMax = 32

function isJson(value: unknown, depthLeft: number): value is JsonValue {
  if (value === null || typeof value === 'boolean') return true
  if (typeof value === 'string') return isText(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depthLeft === 0) return false
  if (Array.isArray(value)) return value.every((item) => isJson(item, depthLeft - 1))
  return isPlain(value) && Object.values(value).every((item) => isJson(item, depthLeft - 1))
}

/** What no request could bring either: the database keeps no U+0000, and a lone surrogate is no character (RFC 7493 §2.1). */
function isText(value: string): boolean {
  return !/\0|\p{Surrogate}/u.test(value)
}

/** A Map, a Date or a RegExp crosses a thread as what it is. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}
