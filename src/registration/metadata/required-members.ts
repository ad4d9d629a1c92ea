import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'

/**
 * What the realm demands of every client, in the members that a client would promise it with: of clients that say otherwise, or
 * were registered when less was demanded, too.
 */
export function requiredMembers(metadata: ClientMetadata, realm: Realm): Readonly<Record<string, true>> {
  const { requirements } = realm
  const isRedirected = (metadata.grant_types ?? ['authorization_code']).some((grant) => redirecting.includes(grant))
  const wanted = [
    ...(requirements.pushedAuthorizationRequests && isRedirected ? ['require_pushed_authorization_requests'] : []),
    ...(requirements.signedRequestObjects && isRedirected ? ['require_signed_request_object'] : []),
    ...(requirements.senderConstrainedTokens ? missingBinding(metadata, realm) : []),
  ]
  return Object.fromEntries(wanted.filter((member) => metadata[member] !== true).map((member) => [member, true]))
}

const redirecting = ['authorization_code', 'implicit']
const byKey = 'dpop_bound_access_tokens'
const byCertificate = 'tls_client_certificate_bound_access_tokens'

/** Who authenticates by a certificate has one to bind tokens to; everybody can make a key for DPoP. */
function missingBinding(metadata: ClientMetadata, { capabilities: { features } }: Realm): readonly string[] {
  if (metadata[byKey] === true || metadata[byCertificate] === true) return []
  const hasCertificate = metadata.token_endpoint_auth_method?.endsWith('tls_client_auth') === true
  if (features.mTLS && (hasCertificate || !features.dPoP)) return [byCertificate]
  return features.dPoP ? [byKey] : []
}
