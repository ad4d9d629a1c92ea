import { violation } from '../metadata/violation.ts'
import type { Violation } from '../refusal.ts'
import type { People } from './ports.ts'

interface Named {
  readonly realm: string
  /** Ids or usernames. */
  readonly names: readonly string[]
  /** Where they stand. */
  readonly member: string
  /** Ids that stood there before: somebody who has gone since does no harm, and is in nobody's way. */
  readonly known: readonly string[]
}

/** By id: a username can become somebody else's, and must not take a privilege along. An id wins over a username that looks like it. */
export async function resolvePeople(
  { realm, names, member, known }: Named,
  people: People,
): Promise<{ readonly ids: readonly string[]; readonly violations: readonly Violation[] }> {
  const found = names.length === 0 ? [] : await people.find(realm, names)
  const idOf = (name: string) =>
    known.includes(name) ? name : (found.find(({ id }) => id === name) ?? found.find(({ username }) => username === name))?.id
  const ids = names.map(idOf)
  return {
    ids: [...new Set(ids.filter((id) => id !== undefined))],
    violations: ids.flatMap((id, index) =>
      id === undefined ? [violation(`${member}/${index}`, 'is neither the id nor the username of a user of this realm')] : [],
    ),
  }
}
