import type { ClientMetadata, JsonObject, JsonValue } from '../client.ts'
import { findMember, isServerMember, type Member, parseMetadata, splitMemberName } from '../metadata/index.ts'
import type { Realm, StatementIssuer } from '../realm.ts'
import { Refusal, type Violation } from '../refusal.ts'
import { withoutBookkeeping } from './bookkeeping-claims.ts'
import { findClaim } from './find-claim.ts'

/**
 * The client metadata that a statement attests: claims that are called like members, and those that the issuer's entry maps to one
 * (SSP-11), each in the form that its member has. What only a server issues is no issuer's to attest (DCR-SS-13).
 * @throws Refusal `invalid_software_statement`
 */
export function mapClaims(claims: JsonObject, { claimMap }: StatementIssuer, realm: Realm): ClientMetadata {
  const direct = Object.entries(withoutBookkeeping(claims))
  const mapped = Object.entries(claimMap).flatMap(([claim, member]) => renamed(claims, claim, member))
  const attested = [...direct, ...mapped].filter(([name]) => !isServerMember(name) && name !== 'software_statement')
  return read(Object.fromEntries(attested.map(([name, value]) => [name, inForm(value, formOf(name, realm))])), realm)
}

/** A mapped claim takes its translations along (RFC 7591 §2.2). */
function renamed(claims: JsonObject, claim: string, member: string): readonly (readonly [string, JsonValue])[] {
  const value = findClaim(claims, claim)
  const translations = Object.entries(claims).filter(([name]) => name.startsWith(`${claim}#`))
  return [
    ...(value === undefined ? [] : [[member, value] as const]),
    ...translations.map(([name, text]) => [`${member}${name.slice(claim.length)}`, text] as const),
  ]
}

function read(attested: JsonObject, realm: Realm): ClientMetadata {
  try {
    return parseMetadata(attested, realm)
  } catch (error) {
    throw error instanceof Refusal ? unusableStatement(error) : error
  }
}

function unusableStatement(cause: Refusal): Refusal {
  const violations = cause.violations.map(({ reason }) => unusable(reason))
  return new Refusal('invalid_software_statement', unusable(cause.message).reason, { violations, cause })
}

function unusable(reason: string): Violation {
  const member = 'software_statement'
  return { code: 'invalid_software_statement', member, reason: `${member} attests what cannot be registered: ${reason}` }
}

type Form = 'list' | 'one-response-type' | 'words' | 'text' | 'as-it-is'

const forms: Readonly<Partial<Record<Member['type'], Form>>> = {
  'string-array': 'list',
  'uri-array': 'list',
  scope: 'words',
  string: 'text',
  uri: 'text',
}

function formOf(name: string, { extendedProperties }: Realm): Form {
  const { base } = splitMemberName(name)
  const property = extendedProperties.find((one) => one.name === base)
  if (property !== undefined) return property.multiValued ? 'list' : 'text'
  // A response type is itself a list of words (RFC 6749 §3.1.1).
  if (base === 'response_types') return 'one-response-type'
  const type = findMember(base)?.type
  return (type === undefined ? undefined : forms[type]) ?? 'as-it-is'
}

/** Directories write lists as words, scopes as lists, and versions as numbers; whoever presents a statement cannot change that. */
function inForm(value: JsonValue, form: Form): JsonValue {
  if (typeof value === 'string') return textInForm(value, form)
  if (typeof value === 'number') return form === 'text' ? String(value) : value
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return value
  if (form === 'words') return value.join(' ')
  return form === 'text' && value.length === 1 ? (value[0] ?? value) : value
}

function textInForm(text: string, form: Form): JsonValue {
  if (text === '' || (form !== 'list' && form !== 'one-response-type')) return text
  return form === 'list' ? text.split(/\s+/).filter((word) => word !== '') : [text]
}
