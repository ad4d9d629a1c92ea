import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'

/** What an enumerated member can be for this client: one source with what discovery advertises (OIDR-ALG-01). */
export function supportedValues(member: string, metadata: ClientMetadata, realm: Realm): readonly string[] {
  const supported = realm.capabilities.values[member] ?? []
  return member === 'token_endpoint_auth_signing_alg' ? authenticationAlgorithms(metadata, supported) : supported
}

/** HS* goes with `client_secret_jwt` only, everything else with `private_key_jwt` only (OIDR-MD-18). */
export function authenticationAlgorithms(
  { token_endpoint_auth_method: method }: ClientMetadata,
  supported: readonly string[],
): readonly string[] {
  if (method === 'client_secret_jwt') return supported.filter((alg) => alg.startsWith('HS'))
  if (method === 'private_key_jwt') return supported.filter((alg) => !alg.startsWith('HS'))
  return []
}
