import type { ClientMetadata } from '../client.ts'
import { symmetricMembers } from './algorithms.ts'

/** A digest is enough to compare a secret, but not to compute with it (OpenID Connect Core §10.1, §10.2; DCR-RSP-15). */
export function needsClearSecret(metadata: ClientMetadata): boolean {
  return metadata.token_endpoint_auth_method === 'client_secret_jwt' || symmetricMembers(metadata).length > 0
}
