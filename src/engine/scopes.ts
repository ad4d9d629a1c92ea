import { isScopeOf, isScopePattern, matchesScope, type Realm } from '../registration/index.ts'

/** What a client is registered for, as far as the realm still has it. */
export interface RegisteredScopes {
  /** Scopes and scope groups, and values of dynamic scopes. */
  readonly scopes: readonly string[]
  /** Dynamic scopes of which the client may ask for any value. */
  readonly scopePatterns: readonly string[]
}

/** Whether the client may ask for the scope. For a pattern nobody can: a token says which value. */
export function hasScope({ scopes, scopePatterns }: RegisteredScopes, scope: string): boolean {
  return scopes.includes(scope) || scopePatterns.some((pattern) => pattern !== scope && matchesScope(pattern, scope))
}

export function registeredScopes(scope: string | undefined, realm: Realm): RegisteredScopes {
  const words = (scope ?? '').split(' ').filter((word) => isKnown(realm, word))
  return {
    scopes: words.filter((word) => !isScopePattern(realm, word)),
    scopePatterns: words.filter((word) => isScopePattern(realm, word)),
  }
}

/** Resource servers may have scopes that the realm does not list. */
function isKnown(realm: Realm, word: string): boolean {
  return isScopeOf(realm, word) || realm.resources.some(({ scopes }) => scopes.includes(word))
}

/** The scopes that can be listed, groups among them: the engine is told of these beforehand. */
export function listedScopes(realm: Realm): readonly string[] {
  const names = [...realm.scopes, ...realm.scopeGroups].map(({ name }) => name)
  const ofResources = realm.resources.flatMap(({ scopes }) => scopes)
  return [...new Set([...names, ...ofResources])].filter((name) => !isScopePattern(realm, name))
}

/** A value of a dynamic scope, or the pattern itself: what cannot be listed, since there is no end of it. */
export function isDynamic(realm: Realm, word: string): boolean {
  const isOfPattern = realm.scopes.some(({ name, dynamic }) => dynamic === true && matchesScope(name, word))
  return isOfPattern && !listedScopes(realm).includes(word)
}

export function commonScopes({ scopes, scopeGroups }: Realm): readonly string[] {
  const common = [...scopes.filter(({ dynamic }) => dynamic !== true), ...scopeGroups].filter(
    ({ exclusive }) => exclusive !== true,
  )
  return common.map(({ name }) => name)
}
