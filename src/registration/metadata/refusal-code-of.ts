import type { RefusalCode } from '../refusal.ts'

/** RFC 7591 §3.2.2: redirect URIs have a code of their own. */
export function refusalCodeOf(member: string): RefusalCode {
  return member === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata'
}
