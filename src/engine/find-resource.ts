import { canonicalResource, type ProtectedResource, type Realm } from '../registration/index.ts'

/** By its identifier or an alias, however it is spelled (MCP-AUTH-09). */
export function findResource(realm: Realm, name: string): ProtectedResource | undefined {
  return resourcesByName(realm).get(canonicalResource(name))
}

/** Snapshots live as long as a revision, and so does what is looked up in them. */
const known = new WeakMap<Realm, ReadonlyMap<string, ProtectedResource>>()

function resourcesByName(realm: Realm): ReadonlyMap<string, ProtectedResource> {
  const found = known.get(realm)
  if (found !== undefined) return found
  const entries = realm.resources.flatMap((resource) =>
    [resource.identifier, ...(resource.aliases ?? [])].map((name) => [canonicalResource(name), resource] as const),
  )
  const byName = new Map(entries)
  known.set(realm, byName)
  return byName
}
