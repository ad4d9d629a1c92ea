import { coversScope, isScopeOf, isScopePattern, type Realm } from '../registration/index.ts'

/** What a client is registered for, as far as the realm still has it: scopes, groups, patterns of dynamic scopes and values of them. */
export function registeredScopes(scope: string | undefined, realm: Realm): readonly string[] {
  return (scope ?? '').split(' ').filter((word) => isKnown(realm, word))
}

/** Resource servers may have scopes that the realm does not list. */
function isKnown(realm: Realm, word: string): boolean {
  return isScopeOf(realm, word) || realm.resources.some(({ scopes }) => scopes.includes(word))
}

/** Whether who is registered for `held` may ask for the scope. For a pattern nobody can: a token says which value. */
export function hasScope(realm: Realm, held: readonly string[], scope: string): boolean {
  return !isScopePattern(realm, scope) && coversScope(realm, held, scope)
}

/** The scopes that can be listed, groups among them: the engine is told of these beforehand. */
export function listedScopes(realm: Realm): readonly string[] {
  const named = realm.scopes.filter(({ dynamic }) => dynamic !== true)
  const ofResources = realm.resources.flatMap(({ scopes }) => scopes).filter((word) => !isScopeOf(realm, word))
  return [...new Set([...[...named, ...realm.scopeGroups].map(({ name }) => name), ...ofResources])]
}

/** What a resource can have that has no list of its own: all but those that are about the sign-in. */
export function resourceScopes(realm: Realm): readonly string[] {
  const names = [...listedScopes(realm), ...realm.scopes.map(({ name }) => name)]
  return [...new Set(names)].filter((scope) => scope !== 'openid' && scope !== 'offline_access')
}

/** A value of a dynamic scope, or the pattern itself: what cannot be listed, since there is no end of it. */
export function isDynamic(realm: Realm, word: string): boolean {
  return isScopeOf(realm, word) && !isNamed(realm, word)
}

function isNamed({ scopes, scopeGroups }: Realm, word: string): boolean {
  return scopes.some(({ name, dynamic }) => dynamic !== true && name === word) || scopeGroups.some(({ name }) => name === word)
}

export function commonScopes({ scopes, scopeGroups }: Realm): readonly string[] {
  const common = [...scopes.filter(({ dynamic }) => dynamic !== true), ...scopeGroups].filter(
    ({ exclusive }) => exclusive !== true,
  )
  return common.map(({ name }) => name)
}
