import { canonicalResource, type ProtectedResource, type Realm } from '../../registration/index.ts'
import { resourceScopes } from '../scopes.ts'

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
  const byName = new Map([...ownResource(realm), ...entries])
  known.set(realm, byName)
  return byName
}

/** `defaultResource: issuer` is the realm itself, which a file can name before it knows its own address. */
const ownName = 'issuer'

/** Tokens for whatever the realm stands in front of, and for nothing in particular. */
function ownResource(realm: Realm): readonly (readonly [string, ProtectedResource])[] {
  if (realm.defaultResource !== ownName) return []
  const resource = { id: ownName, identifier: realm.issuer, scopes: resourceScopes(realm), accessTokenFormat: 'jwt' } as const
  return [ownName, canonicalResource(realm.issuer)].map((name) => [name, resource] as const)
}
