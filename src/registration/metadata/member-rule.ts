import type { ClientMetadata, JsonValue } from '../client.ts'
import { echo, oneOf } from './echo.ts'
import { sameValue, textsOf, variantsOf } from './member-values.ts'

/** What the value of a member may be. `unknown` is JSON: it comes from options that were read as such. */
export interface MemberRule {
  readonly member: string
  readonly values?: readonly (string | number | boolean)[]
  readonly fixed?: unknown
  readonly default?: unknown
  readonly charactersMax?: number
  readonly otherwise: 'refuse' | 'replace' | 'remove'
}

/** What becomes of the member, or of a variant of it: another value, none, or a problem that goes on from its name. */
export type JudgedValue =
  | { readonly name: string; readonly value: JsonValue | undefined }
  | { readonly name: string; readonly problem: string }

export function judgeValue(metadata: ClientMetadata, rule: MemberRule): readonly JudgedValue[] {
  const given = variantsOf(metadata, rule.member).flatMap(([name, value]) => judgeOne(name, value, rule))
  return metadata[rule.member] === undefined ? [...judgeMissing(rule), ...given] : given
}

function judgeMissing({ member, fixed, default: filler, otherwise }: MemberRule): readonly JudgedValue[] {
  if (fixed !== undefined && filler === undefined && otherwise === 'refuse') {
    return [{ name: member, problem: `must be ${shown(fixed)}` }]
  }
  const value = filler ?? (otherwise === 'replace' ? fixed : undefined)
  return value === undefined ? [] : [{ name: member, value: value as JsonValue }]
}

function judgeOne(name: string, value: JsonValue, rule: MemberRule): readonly JudgedValue[] {
  const problem = problemOf(value, rule)
  if (problem === undefined) return []
  if (rule.otherwise === 'remove') return [{ name, value: undefined }]
  const replaced = rule.otherwise === 'replace' ? replacement(value, rule) : undefined
  return [replaced === undefined ? { name, problem } : { name, value: replaced }]
}

function problemOf(value: JsonValue, { member, values, fixed, charactersMax }: MemberRule): string | undefined {
  if (fixed !== undefined && !sameValue(value, fixed as JsonValue)) return `must be ${shown(fixed)}`
  const isListed = values === undefined || elementsOf(member, value).every((one) => values.some((other) => other === one))
  if (!isListed) return `must be ${oneOf(values.map(String))}`
  const isLong = charactersMax !== undefined && textsOf(value).some((text) => text.length > charactersMax)
  return isLong ? `must not be longer than ${charactersMax} characters` : undefined
}

function replacement(value: JsonValue, rule: MemberRule): JsonValue | undefined {
  const replaced = rule.fixed === undefined ? accepted(rule, value) : (rule.fixed as JsonValue)
  return replaced === undefined || problemOf(replaced, rule) !== undefined ? undefined : replaced
}

/** What is accepted of a list; of a single value, the preferred one in its place. */
function accepted({ member, values = [] }: MemberRule, value: JsonValue): JsonValue | undefined {
  const kept = elementsOf(member, value).filter((one) => values.some((other) => other === one))
  if (member === 'scope' && typeof value === 'string') return kept.length === 0 ? undefined : kept.join(' ')
  if (Array.isArray(value)) return kept.length === 0 ? undefined : kept
  return values[0]
}

function elementsOf(member: string, value: JsonValue): readonly JsonValue[] {
  if (member === 'scope' && typeof value === 'string') return value.split(' ').filter((word) => word !== '')
  return Array.isArray(value) ? value : [value]
}

function shown(value: unknown): string {
  return echo(typeof value === 'string' ? value : JSON.stringify(value))
}
