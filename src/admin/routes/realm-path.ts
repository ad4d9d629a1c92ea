import { Type } from 'typebox'
import type { Realm, Realms } from '../../registration/index.ts'
import { Problem } from '../problem.ts'

export const realmPath = '/admin/v1/realms/:realm'

export const realmParams = Type.Object({ realm: Type.String({ maxLength: 63 }) })
/** VSCHAR of RFC 6749 Appendix A.1: nothing else was ever given out. */
export const clientParams = Type.Object({
  realm: Type.String({ maxLength: 63 }),
  client_id: Type.String({ pattern: '^[\\x20-\\x7E]{1,2048}$' }),
})
export const tokenParams = Type.Object({
  realm: Type.String({ maxLength: 63 }),
  id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,255}$' }),
})

export function requireRealm(realms: Realms, name: string): Realm {
  const realm = realms.find(name)
  if (realm === undefined) throw realmNotFound()
  return realm
}

export function realmNotFound(): Problem {
  return new Problem(404, 'realm_not_found', 'there is no realm of this name; GET /admin/v1/realms lists them')
}

export function notFound(what: string): Problem {
  return new Problem(404, 'not_found', `there is no such ${what} in this realm`)
}

/** One more is asked for than is shown: that is how the end is known without counting. */
export function pageOf<Item, Shown>(
  found: readonly Item[],
  limit: number,
  { idOf, present }: { readonly idOf: (item: Item) => string; readonly present: (item: Item) => Shown },
): { readonly items: readonly Shown[]; readonly next?: string } {
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const items = shown.map(present)
  return found.length > limit && last !== undefined ? { items, next: idOf(last) } : { items }
}
