import { findRealmProblems, type PolicyTypes, type Realm, type RealmProblem } from '../../registration/index.ts'

/** What would be wrong with a realm that is not wrong already. */
export function freshProblems(before: Realm, after: Realm, policyTypes: PolicyTypes): readonly RealmProblem[] {
  const known = new Set(findRealmProblems(before, policyTypes).map(signatureOf))
  return findRealmProblems(after, policyTypes).filter((problem) => !known.has(signatureOf(problem)))
}

/** Without the places, which move when a list does. */
function signatureOf({ path, message }: RealmProblem): string {
  return JSON.stringify([path.filter((step) => typeof step === 'string'), message])
}
