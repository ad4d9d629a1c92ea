import type { Realm } from '../realm.ts'
import { amend, type Draft, refuse } from './draft.ts'
import { echo, oneOf } from './echo.ts'
import { coversScope, isScopeOf } from './scope-pattern.ts'

/**
 * Scopes that a self-registered client can have, each once (DCR-MD-08). Unknown ones go, or are refused where the realm says
 * so; where nothing is left, the request is refused either way.
 */
export function narrowScope(draft: Draft, realm: Realm): Draft {
  const { scope } = draft.metadata
  if (scope === undefined) return draft
  const words = scopeWords(scope)
  if (words.length === 0) return amend(draft, 'scope', undefined, 'an empty scope asks for nothing')
  const isPermitted = scopePermission(realm)
  const served = words.filter(isPermitted)
  if (served.length === 0)
    return refuse(draft, 'scope', `names no scope that a client can register here; each must be ${oneOf(permittedScopes(realm))}`)
  if (served.length < words.length && realm.registration.unknownScopes === 'refuse') {
    const others = words.filter((word) => !isPermitted(word))
    return refuse(
      draft,
      'scope',
      `names ${others.slice(0, 5).map(echo).join(', ')}, which a client cannot register here; each must be ${oneOf(permittedScopes(realm))}`,
    )
  }
  const narrowed = served.join(' ')
  if (narrowed === scope) return draft
  return amend(draft, 'scope', narrowed, 'scopes that a client cannot register here, and repeated ones, are left out')
}

/**
 * What `scope` can name at all (SEC-IMP-06): common scopes and groups as far as `allowedScopes` goes, exclusive ones where
 * they are allowed one by one. Of a dynamic scope this is the pattern.
 */
export function permittedScopes({ scopes, scopeGroups, registration }: Realm): readonly string[] {
  const { allowedScopes, allowedExclusiveScopes } = registration
  const known = [...scopes, ...scopeGroups]
  const common = known.filter(({ exclusive }) => exclusive !== true).map(({ name }) => name)
  const exclusive = known.filter(({ exclusive }) => exclusive === true).map(({ name }) => name)
  return [
    ...(allowedScopes === undefined ? common : allowedScopes.filter((word) => isOneOf(word, common, { scopes, scopeGroups }))),
    ...allowedExclusiveScopes.filter((word) => isOneOf(word, exclusive, { scopes, scopeGroups })),
  ]
}

/** Whether a word can be registered: one of the permitted scopes, or a value of a permitted pattern. */
export function scopePermission(realm: Realm): (word: string) => boolean {
  const permitted = permittedScopes(realm)
  return (word) => permitted.includes(word) || (isScopeOf(realm, word) && coversScope(realm, permitted, word))
}

/** What a client gets that asks for no scope at all. Under a restriction, it has to ask for what it wants. */
export function scopesWithoutAsking(realm: Realm): readonly string[] {
  const { omittedScope, allowedScopes, defaultScopes } = realm.registration
  if (omittedScope === 'default-scopes' || allowedScopes !== undefined) return defaultScopes.filter(scopePermission(realm))
  const dynamic = realm.scopes.filter((scope) => scope.dynamic === true).map(({ name }) => name)
  const exclusive = realm.registration.allowedExclusiveScopes
  return permittedScopes(realm).filter((name) => !dynamic.includes(name) && !exclusive.includes(name))
}

/** The words of a scope, each once (RFC 6749 §3.3). */
export function scopeWords(scope: string): readonly string[] {
  return [...new Set(scope.split(' ').filter((word) => word !== ''))]
}

function isOneOf(word: string, names: readonly string[], realm: Pick<Realm, 'scopes' | 'scopeGroups'>): boolean {
  return names.includes(word) || coversScope(realm, names, word)
}
