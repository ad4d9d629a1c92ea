import type { ClientMetadata } from '../client.ts'
import { symmetricMembers } from './algorithms.ts'

/** A secret is issued when the method in force or a symmetric algorithm uses one, and to nobody else (DCR-RSP-11). */
export function needsSecret(metadata: ClientMetadata): boolean {
  const { token_endpoint_auth_method: method = 'client_secret_basic' } = metadata
  return method.startsWith('client_secret_') || symmetricMembers(metadata).length > 0
}
