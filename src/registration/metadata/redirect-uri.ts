import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import { isOwnOrigin } from './own-origin.ts'
import { isLoopbackHost, isWebUri, type ParsedUri, parseUri } from './uri-syntax.ts'

/** What the admissible forms of a redirect URI depend on. */
export interface RedirectContext {
  readonly applicationType: string
  /** Tokens in the front channel: OpenID Connect wants `https` and no `localhost` then (OIDR-AT-02). */
  readonly usesImplicit: boolean
  /** Access tokens alone, without OpenID Connect (RFC 6749 §4.2): `https` on loopback will do. Default: no. */
  readonly usesTokenAlone?: boolean
  /** Nothing secret goes there, so that the local machine will do for a web client. Default: no. */
  readonly allowsLoopback?: boolean
  readonly realm: Realm
}

/** What is wrong with a redirect URI, as the rest of a sentence (RFC 7591 §5, RFC 8252 §7, RFC 9700 §4.1); nothing is normalised. */
export function checkRedirectUri(uri: string, context: RedirectContext): string | undefined {
  const parsed = parseUri(uri)
  if (typeof parsed === 'string') return parsed
  if (forbiddenSchemes.has(parsed.scheme)) return `must not use the scheme ${parsed.scheme}`
  if (parsed.fragment !== undefined) return 'must not have a fragment, not even an empty one'
  if (uri.includes('*')) return 'must not contain a wildcard; each address is registered by itself'
  if (!isWebUri(parsed)) return fapiProblem(parsed, context) ?? privateSchemeProblem(parsed, context)
  if (isOwnOrigin(parsed, context.realm)) return 'must not point at this server itself'
  const narrower = fapiProblem(parsed, context)
  if (narrower !== undefined) return narrower
  return context.applicationType === 'native' ? nativeWebProblem(parsed, context) : webProblem(parsed, context)
}

/** `http` on the local machine: the one redirect URI whose port may differ at authorization time (RFC 8252 §7.3, SEC-RU-09). */
export function isLoopbackRedirect(uri: string): boolean {
  const parsed = parseUri(uri)
  return typeof parsed !== 'string' && parsed.scheme === 'http' && isLoopbackHost(parsed.host)
}

/** A scheme that an app claims for itself (RFC 8252 §7.1). */
export function isPrivateSchemeRedirect(uri: string): boolean {
  const parsed = parseUri(uri)
  return typeof parsed !== 'string' && !isWebUri(parsed) && !forbiddenSchemes.has(parsed.scheme)
}

/** The hosts that people are sent to by web redirects, each once and in lower case. */
export function redirectHosts({ redirect_uris: uris = [] }: ClientMetadata): readonly string[] {
  const hosts = uris.map(parseUri).flatMap((uri) => (typeof uri === 'string' || !isWebUri(uri) ? [] : [uri.host ?? '']))
  return [...new Set(hosts)]
}

// Whatever runs code, reads files, or leads to something that is no app's redirect; no setting allows them (DCR-RU-08, SEC-RU-01).
const forbiddenSchemes = new Set([
  'javascript',
  'data',
  'vbscript',
  'blob',
  'file',
  'filesystem',
  'about',
  'view-source',
  'ws',
  'wss',
  'ftp',
  'mailto',
  'tel',
  'sms',
  'intent',
  'chrome',
  'resource',
  'urn',
])

function privateSchemeProblem(
  { scheme, path, host }: ParsedUri,
  { applicationType, realm }: RedirectContext,
): string | undefined {
  if (applicationType !== 'native') return 'must use https; other schemes are for clients of application_type native'
  const isClaimable = scheme.includes('.') || realm.registration.redirectUris.undottedSchemes.includes(scheme)
  if (!isClaimable) return 'must use a scheme that is a reversed domain name, such as com.example.app (RFC 8252 7.1)'
  return host !== undefined || path.startsWith('/')
    ? undefined
    : 'must have a path that starts with a slash, such as com.example.app:/cb'
}

/** FAPI 1.0 Part 1 §5.2.2-20; FAPI 2.0 §5.3.2.2, whose native apps may listen on loopback. No setting widens either. */
function fapiProblem({ scheme, host }: ParsedUri, { applicationType, realm }: RedirectContext): string | undefined {
  if (realm.messageRules === 'fapi1' && scheme !== 'https') return 'must use https (FAPI 1.0 Part 1 5.2.2)'
  if (realm.messageRules !== 'fapi2' || scheme !== 'http') return undefined
  const isNativeLoopback = applicationType === 'native' && isLoopbackHost(host)
  return isNativeLoopback ? undefined : 'must use https; http on loopback is for native clients (FAPI 2.0 5.3.2.2)'
}

function nativeWebProblem({ scheme, host }: ParsedUri, { realm }: RedirectContext): string | undefined {
  const isLoopback = isLoopbackHost(host)
  if (scheme === 'http') return isLoopback ? undefined : 'must use https, or http on localhost, 127.0.0.1 or [::1]'
  if (isLoopback) return 'must use http on loopback (RFC 8252 7.3)'
  return realm.registration.redirectUris.nativeAllowsHttps
    ? undefined
    : 'must be a private-use scheme or http on loopback for a client of application_type native'
}

function webProblem({ scheme, host }: ParsedUri, context: RedirectContext): string | undefined {
  const { usesImplicit, usesTokenAlone = false, allowsLoopback = false, realm } = context
  const isLoopback = isLoopbackHost(host)
  if (isLoopback && allowsLoopback) return undefined
  if (isLoopback && usesImplicit && !(usesTokenAlone && scheme === 'https'))
    return 'must not be on loopback for a web client with the implicit grant'
  if (isLoopback && realm.registration.redirectUris.webAllowsLoopback) return undefined
  if (isLoopback) return 'must not be on loopback for a web client; send application_type native if the client is one'
  return scheme === 'https' ? undefined : 'must use https'
}
