import { createHash } from 'node:crypto'

/** Names a set of certification authorities; empty for none. */
export function authoritiesKey(authorities: readonly string[]): string {
  if (authorities.length === 0) return ''
  return createHash('sha256').update(JSON.stringify(authorities.toSorted())).digest('base64url')
}
