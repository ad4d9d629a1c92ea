import type { Realm } from '../realm.ts'
import { effectivePort, isLoopbackHost, type ParsedUri, parseUri } from './uri-syntax.ts'

/**
 * The server's own host has no business in a client's metadata: a redirect there would hand codes to our pages, a link would
 * borrow our name, our keys would make our tokens look like the client's (SEC-RU-07, SEC-JWK-03). On loopback, where
 * a development server and its clients share the host, the port tells them apart.
 */
export function isOwnOrigin(uri: ParsedUri, realm: Realm): boolean {
  const issuer = parseUri(realm.issuer)
  if (typeof issuer === 'string' || uri.host === undefined) return false
  if (!isLoopbackHost(issuer.host)) return uri.host === issuer.host
  return isLoopbackHost(uri.host) && effectivePort(uri) === effectivePort(issuer)
}
