import { splitMemberName } from '../../registration/index.ts'
import type { RefusalRule, RefusedRequest } from './dialect.ts'

/** The first rule that fits; none: we say it in our words. */
export function findRefusalRule(rules: readonly RefusalRule[], refused: RefusedRequest): RefusalRule | undefined {
  return rules.find((rule) => isFitting(rule, refused))
}

function isFitting(rule: RefusalRule, { refusal, endpoint, operation }: RefusedRequest): boolean {
  const leading = refusal.violations[0]
  return (
    isAmong(refusal.code, rule.codes) &&
    isAmong(leading?.member && splitMemberName(leading.member).base, rule.members) &&
    isAmong(leading?.problem?.kind, rule.problems) &&
    isAmong(endpoint, rule.endpoints) &&
    isAmong(operation, rule.operations) &&
    isLike(leading?.reason ?? refusal.message, rule.reason)
  )
}

function isAmong<Value>(value: Value | undefined, allowed: readonly Value[] | undefined): boolean {
  return allowed === undefined || (value !== undefined && allowed.includes(value))
}

function isLike(reason: string, expected: string | RegExp | undefined): boolean {
  return expected instanceof RegExp ? expected.test(reason) : expected === undefined || expected === reason
}
