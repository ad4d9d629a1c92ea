import type { ClientMetadata } from '../client.ts'
import { echo } from './echo.ts'
import { cibaGrant, deviceCodeGrant } from './grant-types.ts'
import { refuseInOrder, violation } from './violation.ts'

/**
 * OpenID Connect Registration §5: the sector's owner lists every redirect URI, compared code point by code point (OIDR-SEC-02,
 * OIDR-SEC-09). Pairwise clients of the backchannel and device grants are listed by `jwks_uri` (CIBA Core §4, OIDR-SEC-14).
 * @throws Refusal `invalid_client_metadata`.
 */
export function checkSectorDocument(metadata: ClientMetadata, document: readonly string[]): void {
  const { redirect_uris: uris = [], jwks_uri: jwksUri, subject_type: subjectType, grant_types: grants = [] } = metadata
  const isKnownByKeys = subjectType === 'pairwise' && (grants.includes(cibaGrant) || grants.includes(deviceCodeGrant))
  const expected = [...uris, ...(isKnownByKeys && jwksUri !== undefined ? [jwksUri] : [])]
  const missing = expected.filter((uri) => !document.includes(uri))
  refuseInOrder(missing.map((uri) => violation('sector_identifier_uri', `must refer to a JSON array that contains ${echo(uri)}`)))
}
