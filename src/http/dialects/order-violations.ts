import { Refusal, splitMemberName, type Violation } from '../../registration/index.ts'
import type { DialectErrors } from './dialect.ts'

/** The same refusal with the violation in the lead that the vendor would have found first; a member that its order lacks comes last. */
export function orderViolations(refusal: Refusal, { violationOrder: order }: DialectErrors): Refusal {
  if (order === undefined) return refusal
  const violations = refusal.violations.toSorted((left, right) => placeOf(left, order) - placeOf(right, order))
  const [first] = violations
  return first === undefined || first === refusal.violations[0] ? refusal : new Refusal(first.code, first.reason, { violations })
}

function placeOf({ member = '' }: Violation, order: readonly string[]): number {
  const place = order.indexOf(splitMemberName(member).base)
  return place < 0 ? order.length : place
}
