import type { Realm } from '../realm.ts'
import { amend, type Draft, refuse } from './draft.ts'
import { oneOf } from './echo.ts'

/** Scopes that a self-registered client can have, each once; unknown ones go, and only nothing at all is refused (DCR-MD-08). */
export function narrowScope(draft: Draft, realm: Realm): Draft {
  const { scope } = draft.metadata
  if (scope === undefined) return draft
  const words = scopeWords(scope)
  if (words.length === 0) return amend(draft, 'scope', undefined, 'an empty scope asks for nothing')
  const permitted = permittedScopes(realm)
  const served = words.filter((word) => permitted.includes(word))
  if (served.length === 0)
    return refuse(draft, 'scope', `names no scope that a client can register here; each must be ${oneOf(permitted)}`)
  const narrowed = served.join(' ')
  if (narrowed === scope) return draft
  return amend(draft, 'scope', narrowed, 'scopes that a client cannot register here, and repeated ones, are left out')
}

/** What `scope` can name at all: the realm's scopes, as far as self-registered clients may have them (SEC-IMP-06). */
export function permittedScopes({ scopes, registration: { allowedScopes } }: Realm): readonly string[] {
  return scopes.map(({ name }) => name).filter((name) => allowedScopes === undefined || allowedScopes.includes(name))
}

/** The words of a scope, each once (RFC 6749 §3.3). */
export function scopeWords(scope: string): readonly string[] {
  return [...new Set(scope.split(' ').filter((word) => word !== ''))]
}
