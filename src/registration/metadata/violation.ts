import { refuseAll, type Violation, type ViolationProblem } from '../refusal.ts'
import { violationsMax } from './ceilings.ts'

/** RFC 7591 §3.2.2: redirect URIs have a code of their own. `reason` goes on from the member's name. */
export function violation(member: string, reason: string, problem?: ViolationProblem): Violation {
  return {
    code: member === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata',
    member,
    reason: `${member} ${reason}`,
    ...(problem === undefined ? {} : { problem }),
  }
}

/** Redirect URIs lead, so that the code of a body with several faults does not depend on the order of its members. */
export function refuseInOrder(violations: readonly Violation[]): void {
  const first = violations.filter(({ code }) => code === 'invalid_redirect_uri')
  const others = violations.filter(({ code }) => code !== 'invalid_redirect_uri')
  refuseAll([...first, ...others].slice(0, violationsMax))
}
