import type { ClientMetadata } from '../client.ts'
import { canonicalResponseType, grantsOfResponseType } from './grant-types.ts'

/** What leaving a member out means (RFC 7591 §2), so that silence never gets around a rule. */
export function effectiveGrantTypes({ grant_types: grants, response_types: responses = [] }: ClientMetadata): readonly string[] {
  if (grants !== undefined) return grants
  return responses.length === 0
    ? ['authorization_code']
    : [...new Set(responses.flatMap((response) => grantsOfResponseType(response)))]
}

/** In canonical spelling: the order of the words means nothing. */
export function effectiveResponseTypes(metadata: ClientMetadata): readonly string[] {
  const { response_types: responses } = metadata
  if (responses !== undefined) return [...new Set(responses.map(canonicalResponseType))]
  return effectiveGrantTypes(metadata).includes('authorization_code') ? ['code'] : []
}

export function effectiveAuthMethod({ token_endpoint_auth_method: method }: ClientMetadata): string {
  return method ?? 'client_secret_basic'
}

/** People are sent to the authorization endpoint, and come back with a code. */
export function usesCode(metadata: ClientMetadata): boolean {
  const isInResponses = effectiveResponseTypes(metadata).some((response) => response.split(' ').includes('code'))
  return isInResponses || effectiveGrantTypes(metadata).includes('authorization_code')
}
