import type { ClientMetadata, ClientStatement, JsonValue } from '../client.ts'
import { jsonEqual } from '../json-equal.ts'
import type { Amendment } from '../metadata/amendment.ts'
import { splitMemberName } from '../metadata/index.ts'
import { violation } from '../metadata/violation.ts'
import type { Precedence, Realm, StatementIssuer } from '../realm.ts'
import { Refusal, type Violation } from '../refusal.ts'

export interface AppliedStatement {
  readonly metadata: ClientMetadata
  readonly amendments: readonly Amendment[]
  readonly violations: readonly Violation[]
}

interface Attestation {
  readonly metadata: ClientMetadata
  readonly issuer: Pick<StatementIssuer, 'precedence' | 'memberPrecedence'>
}

/**
 * The claims of a trusted statement win over plain members, or bound them, as the issuer's entry says (RFC 7591 §3.1.1). What the
 * statement does not speak about stays as it was asked for, `software_statement` itself above all (DCR-SS-09).
 */
export function applySoftwareStatement(requested: ClientMetadata, { metadata: attested, issuer }: Attestation): AppliedStatement {
  const spoken = new Set(Object.keys(attested).map(baseOf))
  const untouched = Object.entries(requested).filter(([name]) => !spoken.has(baseOf(name)) && !isOtherKeys(name, attested))
  const outcomes = [
    ...Object.entries(attested).map(([name, value]) => settle(name, value, requested[name], issuer)),
    ...Object.keys(requested)
      .filter((name) => attested[name] === undefined && spoken.has(baseOf(name)))
      .map((name) => drop(name, requested[name], `${baseOf(name)} is attested by the software statement, its translations too`)),
    ...Object.keys(requested)
      .filter((name) => isOtherKeys(name, attested))
      .map((name) => dropKeys(name, requested[name], issuer)),
  ]
  return {
    metadata: { ...Object.fromEntries(untouched), ...Object.assign({}, ...outcomes.map(({ members }) => members)) },
    amendments: outcomes.flatMap(({ amendment }) => amendment ?? []),
    violations: outcomes.flatMap(({ violation: found }) => found ?? []),
  }
}

/** @throws Refusal when the realm does not believe the issuer any more. */
export function issuerInForce({ issuerId, issuer }: ClientStatement, { statementIssuers }: Realm): StatementIssuer {
  const known = statementIssuers.find((one) => one.id === issuerId && one.issuer === issuer)
  if (known !== undefined) return known
  throw new Refusal(
    'unapproved_software_statement',
    'the issuer of the software statement that the client was registered with is not trusted any more; bring one of another issuer',
    { member: 'software_statement', internal: `issuer ${issuerId} ${issuer}` },
  )
}

interface Outcome {
  readonly members: ClientMetadata
  readonly amendment?: Amendment
  readonly violation?: Violation
}

function settle(
  name: string,
  attested: JsonValue | undefined,
  asked: JsonValue | undefined,
  issuer: Attestation['issuer'],
): Outcome {
  if (attested === undefined) return { members: {} }
  const base = baseOf(name)
  const precedence = issuer.memberPrecedence[base] ?? issuer.precedence
  if (asked === undefined) return take(name, attested, asked, 'attested by the software statement')
  if (isSame(base, asked, attested)) return { members: { [name]: asked } }
  const rule = isList(base, asked) && isList(base, attested) ? rules[precedence] : scalarRules[precedence]
  return rule(name, attested, asked)
}

type Rule = (name: string, attested: JsonValue, asked: JsonValue) => Outcome

const wins: Rule = (name, attested, asked) => take(name, attested, asked, 'the software statement wins (RFC 7591 3.1.1)')

const mustEqual: Rule = (name, attested) => ({
  members: { [name]: attested },
  violation: violation(name, 'must have the value that the software statement attests, or be left out'),
})

const subset: Rule = (name, attested, asked) => {
  const allowed = wordsOf(attested)
  if (wordsOf(asked).every((word) => allowed.includes(word))) return { members: { [name]: asked } }
  return { members: { [name]: attested }, violation: violation(name, 'must hold only what the software statement attests') }
}

const intersect: Rule = (name, attested, asked) => {
  const allowed = wordsOf(attested)
  const common = wordsOf(asked).filter((word) => allowed.includes(word))
  if (common.length === 0) {
    return {
      members: { [name]: attested },
      violation: violation(name, 'must hold something that the software statement attests'),
    }
  }
  const value = typeof asked === 'string' ? common.join(' ') : common
  if (common.length === wordsOf(asked).length) return { members: { [name]: asked } }
  return take(name, value, asked, 'narrowed to what the software statement attests')
}

const rules: Readonly<Record<Precedence, Rule>> = { 'statement-wins': wins, 'must-equal': mustEqual, subset, intersect }
// One value has no parts.
const scalarRules: Readonly<Record<Precedence, Rule>> = { ...rules, subset: wins, intersect: wins }

function take(name: string, to: JsonValue, from: JsonValue | undefined, reason: string): Outcome {
  return { members: { [name]: to }, amendment: { member: name, to, reason, ...(from === undefined ? {} : { from }) } }
}

function drop(name: string, from: JsonValue | undefined, reason: string): Outcome {
  return { members: {}, amendment: { member: name, reason, ...(from === undefined ? {} : { from }) } }
}

/** The keys of the software are those that the statement names, in whichever of the two ways (DCR-SS-08). */
function isOtherKeys(name: string, attested: ClientMetadata): boolean {
  const other = otherKeys[name]
  return other !== undefined && attested[other] !== undefined && attested[name] === undefined
}

const otherKeys: Readonly<Record<string, string>> = { jwks: 'jwks_uri', jwks_uri: 'jwks' }

function dropKeys(name: string, asked: JsonValue | undefined, issuer: Attestation['issuer']): Outcome {
  const other = otherKeys[name] ?? name
  const precedence = issuer.memberPrecedence[other] ?? issuer.precedence
  if (precedence === 'must-equal') {
    return { members: {}, violation: violation(name, `must be left out, since the software statement attests ${other}`) }
  }
  return drop(name, asked, `the software statement attests ${other}`)
}

/** Lists that are sets all the same: their order says nothing. */
function isSame(base: string, asked: JsonValue, attested: JsonValue): boolean {
  if (!isList(base, asked) || !isList(base, attested)) return jsonEqual(asked, attested)
  return jsonEqual([...new Set(wordsOf(asked))].sort(), [...new Set(wordsOf(attested))].sort())
}

function isList(base: string, value: JsonValue): boolean {
  return base === 'scope' ? typeof value === 'string' : Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function wordsOf(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '')
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

function baseOf(name: string): string {
  return splitMemberName(name).base
}
