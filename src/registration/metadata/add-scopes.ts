import type { Realm } from '../realm.ts'
import { amend, type Draft } from './draft.ts'
import { scopePermission, scopesWithoutAsking, scopeWords } from './narrow-scope.ts'

/**
 * What a client is registered for is the most that it can ask for, and MCP clients register with what their first call needs. What
 * the operator adds lets them ask for more later, without another registration (MCP-AUTH-16).
 */
export function addScopes(draft: Draft, realm: Realm): Draft {
  const { addedScopes = [] } = realm.registration
  const { scope } = draft.metadata
  const words = scope === undefined ? scopesWithoutAsking(realm) : scopeWords(scope)
  const added = addedScopes.filter(scopePermission(realm)).filter((name) => !words.includes(name))
  if (added.length === 0) return draft
  return amend(draft, 'scope', [...words, ...added].join(' '), 'scopes that the realm gives every client are added')
}
