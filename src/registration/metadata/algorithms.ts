import type { ClientMetadata } from '../client.ts'
import { signingMembers } from './effective-algorithms.ts'

/** Members whose algorithm encrypts to the client; what the client encrypts to us is `request_object_encryption_alg`. */
export const encryptedResponseMembers = [
  'id_token_encrypted_response_alg',
  'userinfo_encrypted_response_alg',
  'introspection_encrypted_response_alg',
  'authorization_encrypted_response_alg',
] as const

/** Every member with an encryption algorithm, and the member with its content encryption. */
export const encryptionMembers = [...encryptedResponseMembers, 'request_object_encryption_alg'] as const

export function contentEncryptionMember(encryptionMember: string): string {
  return encryptionMember.replace(/_alg$/, '_enc')
}

/** Keyed with the client secret (OpenID Connect Core §10.1, §10.2): HMAC, direct, AES key wrap. */
export function isSymmetric(algorithm: string): boolean {
  return algorithm === 'dir' || algorithm.startsWith('HS') || algorithm.startsWith('A') || algorithm.startsWith('PBES2')
}

/** The members of a client whose algorithm is keyed with its secret. */
export function symmetricMembers(metadata: ClientMetadata): readonly string[] {
  return [...signingMembers, ...encryptionMembers].filter((member) => {
    const algorithm = metadata[member]
    return typeof algorithm === 'string' && isSymmetric(algorithm)
  })
}
