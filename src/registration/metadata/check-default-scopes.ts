import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import type { Violation } from '../refusal.ts'
import { echo, oneOf } from './echo.ts'
import { scopeWords } from './narrow-scope.ts'
import { coversScope } from './scope-pattern.ts'
import { violation } from './violation.ts'

/** What a token request gets that names nothing can be no more than what it could name. */
export function checkDefaultScopes(metadata: ClientMetadata, realm: Realm): readonly Violation[] {
  const wanted = metadata['default_scopes']
  if (!Array.isArray(wanted)) return []
  const held = scopeWords(metadata.scope ?? '')
  const others = wanted.map(String).filter((scope) => !coversScope(realm, held, scope))
  if (others.length === 0) return []
  const problem = { kind: 'unsupported', about: others } as const
  return [
    violation('default_scopes', `must be among the scopes of the client, ${oneOf(held)}, not ${echo(others[0] ?? '')}`, problem),
  ]
}
