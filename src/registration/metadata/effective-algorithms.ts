import type { ClientMetadata } from '../client.ts'
import { effectiveAuthMethod, effectiveGrantTypes } from './effective-metadata.ts'
import { findGrantType } from './grant-types.ts'

/** Members that name a signature algorithm, whoever signs. */
export const signingMembers = [
  'id_token_signed_response_alg',
  'userinfo_signed_response_alg',
  'introspection_signed_response_alg',
  'authorization_signed_response_alg',
  'request_object_signing_alg',
  'backchannel_authentication_request_signing_alg',
  'token_endpoint_auth_signing_alg',
] as const

/** What a member that is left out means where it means a signature all the same; `any` where it means no restriction. */
export function effectiveSigningAlgorithms(metadata: ClientMetadata): Readonly<Record<string, string>> {
  const getsIdTokens = effectiveGrantTypes(metadata).some((grant) => findGrantType(grant)?.yieldsIdToken)
  const signsAssertions = effectiveAuthMethod(metadata).endsWith('_jwt')
  return {
    ...(getsIdTokens ? { id_token_signed_response_alg: 'RS256' } : {}),
    ...(signsAssertions ? { token_endpoint_auth_signing_alg: 'any' } : {}),
  }
}
