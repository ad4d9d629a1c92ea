import type { ClientMetadata } from '../../registration/index.ts'
import { sha256 } from '../digest.ts'

const shownMembers = ['client_name', 'client_uri', 'logo_uri', 'policy_uri', 'tos_uri']

/**
 * What a person sees of a client, and where it sends people. Consent was given to this face: a client that changes its name,
 * its links or its redirect hosts has to ask again (DCM-PUT-17, SEC-RAT-03).
 */
export function faceDigest(metadata: ClientMetadata): string {
  const shown = Object.entries(metadata)
    .filter(([member]) => shownMembers.includes(member.split('#')[0] ?? member))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const places = [...new Set((metadata.redirect_uris ?? []).map(placeOf))].sort()
  return sha256(JSON.stringify([shown, places]))
}

/** Scheme and host; the port of a loopback redirect is chosen anew at every run (RFC 8252 §7.3). */
function placeOf(uri: string): string {
  const url = URL.parse(uri)
  return url === null ? uri : `${url.protocol}//${url.hostname}`
}
