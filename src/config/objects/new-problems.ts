import type { JsonObject, PolicyTypes, Realm, RealmProblem } from '../../registration/index.ts'
import type { Problem } from '../problem.ts'
import { freshProblems } from './fresh-problems.ts'
import type { ObjectKind } from './object-kinds.ts'

interface ChangedList {
  readonly type: ObjectKind
  readonly next: readonly JsonObject[]
  /** Of the object that was changed or added; -1: one went. */
  readonly place: number
}

/** What would be wrong with the realm that is not wrong already: with the object itself, and with what leans on it. */
export function newProblems(
  realm: Realm,
  { type, next, place }: ChangedList,
  policyTypes: PolicyTypes,
): { readonly own: readonly Problem[]; readonly others: readonly RealmProblem[] } {
  const fresh = freshProblems(realm, { ...realm, [type.member]: next }, policyTypes)
  const isOwn = ({ path }: RealmProblem): boolean => path[0] === type.member && path[1] === place
  return {
    own: fresh.filter(isOwn).map(({ path, message }) => ({ path: path.slice(2), message })),
    others: fresh.filter((problem) => !isOwn(problem)),
  }
}
