import type { Realm } from '../realm.ts'

type ScopesOfRealm = Pick<Realm, 'scopes' | 'scopeGroups'>

/**
 * Whether `scope` is `pattern` or one of the scopes that it stands for: its `*` is one character or more.
 * A scope with a `*` is a pattern itself and no value of another, so that nobody is granted a pattern by a wider one.
 */
export function matchesScope(pattern: string, scope: string): boolean {
  if (scope === pattern) return true
  const star = pattern.indexOf('*')
  if (star < 0 || scope.includes('*')) return false
  const [start, end] = [pattern.slice(0, star), pattern.slice(star + 1)]
  return scope.length > start.length + end.length && scope.startsWith(start) && scope.endsWith(end)
}

/** Whether the realm knows the word: a scope, a scope group, a dynamic scope's pattern or a value of one. */
export function isScopeOf(realm: ScopesOfRealm, word: string): boolean {
  return (
    realm.scopeGroups.some(({ name }) => name === word) ||
    realm.scopes.some(({ name, dynamic }) => name === word || (dynamic === true && matchesScope(name, word)))
  )
}

/** Whether the word is a pattern of the realm: something that can be registered, but that no token can carry. */
export function isScopePattern({ scopes }: ScopesOfRealm, word: string): boolean {
  return scopes.some(({ name, dynamic }) => dynamic === true && name === word)
}

/**
 * Whether somebody who has the words of `held` has `scope`: the word itself, or a value of a pattern of the realm among them. A
 * scope that has a name of its own is no value of a pattern, or a common `a:*` would give away an exclusive `a:admin`; and a value
 * of an exclusive pattern is that one's alone.
 */
export function coversScope(realm: ScopesOfRealm, held: readonly string[], scope: string): boolean {
  if (held.includes(scope)) return true
  if ([...realm.scopes, ...realm.scopeGroups].some(({ name }) => name === scope)) return false
  const patterns = realm.scopes.filter(({ name, dynamic }) => dynamic === true && matchesScope(name, scope))
  const exclusive = patterns.filter((pattern) => pattern.exclusive === true)
  return (exclusive.length > 0 ? exclusive : patterns).some(({ name }) => held.includes(name))
}

/** The words, each once, and the members of the scope groups among them: what a token with these words is good for. */
export function withGroupMembers({ scopeGroups }: ScopesOfRealm, words: readonly string[]): readonly string[] {
  const members = scopeGroups.filter(({ name }) => words.includes(name)).flatMap(({ scopes }) => scopes)
  return [...new Set([...words, ...members])]
}
