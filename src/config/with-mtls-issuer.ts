import type { Realm } from '../registration/index.ts'
import type { Configuration } from './configuration.ts'

/** The realm as its listeners reach it: where it says nothing itself, the listener for certificates has a public URL to put in place. */
export function withMtlsIssuer<Known extends Pick<Realm, 'issuer' | 'mtlsIssuer'>>(
  realm: Known,
  { publicUrl, listen }: Configuration,
): Known {
  const { issuer, mtlsIssuer } = realm
  const isBelow = issuer === publicUrl || issuer.startsWith(`${publicUrl}/`)
  if (mtlsIssuer !== undefined || listen.mtls === undefined || !isBelow) return realm
  return { ...realm, mtlsIssuer: `${listen.mtls.publicUrl}${issuer.slice(publicUrl.length)}` }
}
