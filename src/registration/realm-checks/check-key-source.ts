import type { JsonValue } from '../client.ts'
import type { Realm } from '../realm.ts'
import type { RealmProblem } from './realm-problem.ts'

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** A JWK Set that an administrator gives (RFC 7517 §5): public keys, and at least one. */
export function checkKeySet(keys: JsonValue | undefined): readonly RealmProblem[] {
  const path = ['keys', 'jwks']
  if (!Array.isArray(keys) || keys.length === 0) return [{ path, message: 'give a JWK Set with at least one key in keys' }]
  return keys.flatMap((key: JsonValue, index) => {
    if (typeof key !== 'object' || key === null || typeof (key as { kty?: JsonValue }).kty !== 'string')
      return [{ path: [...path, 'keys', index], message: 'is not a JWK; give one with kty (RFC 7517 §4)' }]
    if (privateMembers.some((member) => Object.hasOwn(key, member)))
      return [{ path: [...path, 'keys', index], message: 'holds a private key; give the public part alone' }]
    return []
  })
}

export function checkKeyUri(member: string, uri: string, { development }: Realm): readonly RealmProblem[] {
  const protocol = URL.canParse(uri) ? new URL(uri).protocol : ''
  if (protocol === 'https:' || (development && protocol === 'http:')) return []
  return [{ path: ['keys', member], message: `${JSON.stringify(uri)} is not accepted; give an absolute https URL` }]
}
