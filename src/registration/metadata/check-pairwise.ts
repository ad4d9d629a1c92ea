import type { ClientMetadata } from '../client.ts'
import type { Violation } from '../refusal.ts'
import { cibaGrant, deviceCodeGrant } from './grant-types.ts'
import { isLoopbackRedirect, isPrivateSchemeRedirect, redirectHosts } from './redirect-uri.ts'
import { violation } from './violation.ts'

/** OpenID Connect Core §8.1: a pairwise identifier needs one host that stands for the client's sector (OIDR-SEC-06, OIDR-SEC-11). */
export function checkPairwise(metadata: ClientMetadata): readonly Violation[] {
  const { subject_type: subjectType, redirect_uris: uris = [], sector_identifier_uri: sector, jwks_uri: jwksUri } = metadata
  if (subjectType !== 'pairwise') return []
  // CIBA Core §4: who asks from behind is known by the host of its keys, also beside redirects.
  if (metadata.grant_types?.some((grant) => grant === cibaGrant || grant === deviceCodeGrant) && jwksUri === undefined) {
    return [violation('jwks_uri', 'must be given with subject_type pairwise and the device or CIBA grant')]
  }
  if (sector !== undefined) return []
  if (uris.some((uri) => isLoopbackRedirect(uri) || isPrivateSchemeRedirect(uri))) {
    return [
      violation('sector_identifier_uri', 'must be given with subject_type pairwise, since a redirect URI has no host of its own'),
    ]
  }
  const hosts = redirectHosts(metadata)
  if (hosts.length > 1)
    return [violation('sector_identifier_uri', 'must be given with subject_type pairwise and several redirect hosts')]
  // CIBA Core §4: without redirects the host of jwks_uri can stand for the sector.
  return hosts.length === 1 || jwksUri !== undefined
    ? []
    : [
        violation(
          'sector_identifier_uri',
          'must be given with subject_type pairwise, unless a redirect URI or jwks_uri names a host',
        ),
      ]
}
