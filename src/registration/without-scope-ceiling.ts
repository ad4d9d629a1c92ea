import type { Realm } from './realm.ts'

/** The ceiling on scopes is for clients that register themselves; the operator's own may have every scope of the realm. */
export function withoutScopeCeiling(realm: Realm): Realm {
  const { allowedScopes: _ceiling, addedScopes: _added, ...registration } = realm.registration
  const exclusive = [...realm.scopes, ...realm.scopeGroups].filter((scope) => scope.exclusive === true)
  return { ...realm, registration: { ...registration, allowedExclusiveScopes: exclusive.map(({ name }) => name) } }
}
