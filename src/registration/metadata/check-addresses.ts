import type { ClientMetadata, JsonValue } from '../client.ts'
import type { Realm } from '../realm.ts'
import type { Violation, ViolationProblem } from '../refusal.ts'
import { echo } from './echo.ts'
import { findMember, type Member, splitMemberName } from './members.ts'
import { isOwnOrigin } from './own-origin.ts'
import { effectivePort, isLoopbackHost, isWebUri, type ParsedUri, parseUri } from './uri-syntax.ts'
import { violation } from './violation.ts'

/** Every address other than a redirect, in every language: what is shown, fetched or called is as clean as what is redirected to (SEC-RU-08, DCR-I18N-06). */
export function checkAddresses(metadata: ClientMetadata, realm: Realm): readonly Violation[] {
  return Object.entries(metadata).flatMap(([name, value]) => {
    const kind = findMember(splitMemberName(name).base)?.uri
    if (kind === undefined || kind === 'redirect') return []
    return addressesOf(value).flatMap((address) => {
      const fault = faultOf(address, kind, metadata, realm)
      if (fault === undefined) return []
      const problem = fault.kind === undefined ? undefined : { kind: fault.kind, about: [address] }
      return [violation(name, `${fault.reason}: ${echo(address)}`, problem)]
    })
  })
}

type Kind = Exclude<NonNullable<Member['uri']>, 'redirect'>

function addressesOf(value: JsonValue | undefined): readonly string[] {
  const values: readonly (JsonValue | undefined)[] = Array.isArray(value) ? value : [value]
  return values.filter((address) => typeof address === 'string')
}

interface Fault {
  readonly reason: string
  readonly kind?: ViolationProblem['kind']
}

const notHttps: Fault = { reason: 'must use https', kind: 'scheme' }

function faultOf(address: string, kind: Kind, metadata: ClientMetadata, realm: Realm): Fault | undefined {
  const uri = parseUri(address)
  if (typeof uri === 'string') return { reason: uri, kind: 'malformed' }
  if (!isWebUri(uri)) return notHttps
  if (isOwnOrigin(uri, realm)) return { reason: 'must not point at this server itself' }
  if (uri.scheme === 'http' && !isPlainAllowed[kind](uri, metadata, realm)) return notHttps
  const fragment = fragmentProblem(uri, kind)
  if (fragment !== undefined) return { reason: fragment, kind: 'fragment' }
  const origin = kind === 'frontchannel' ? originProblem(uri, metadata) : undefined
  return origin === undefined ? undefined : { reason: origin }
}

const isPlainAllowed: Readonly<Record<Kind, (uri: ParsedUri, metadata: ClientMetadata, realm: Realm) => boolean>> = {
  informational: (_uri, _metadata, { development }) => development,
  https: () => false,
  // A test's own server on the same machine; anything further away would be fetched in clear over a network.
  fetched: ({ host }, _metadata, { development }) => development && isLoopbackHost(host),
  // OIDR-MD-23: the signature protects what the transport does not.
  request: (_uri, metadata) =>
    typeof metadata['request_object_signing_alg'] === 'string' && metadata['request_object_signing_alg'] !== 'none',
  // Nothing of its own to decide: it shares scheme, host and port with a redirect URI.
  frontchannel: () => true,
}

function fragmentProblem({ fragment }: ParsedUri, kind: Kind): string | undefined {
  if (fragment === undefined || kind === 'informational') return undefined
  if (kind !== 'request') return 'must not have a fragment'
  // OIDR-MD-23: the fragment is the hash of what stands there.
  return /^[A-Za-z0-9_-]{43}$/.test(fragment) ? undefined : 'must have the base64url SHA-256 of its contents as fragment, or none'
}

/** Front-Channel Logout 1.0 §2: the frame belongs to the same site as a redirect URI (OIDR-LO-03). */
function originProblem(uri: ParsedUri, { redirect_uris: redirects = [] }: ClientMetadata): string | undefined {
  const origins = redirects.map(parseUri).flatMap((redirect) => (typeof redirect === 'string' ? [] : [originOf(redirect)]))
  return origins.includes(originOf(uri)) ? undefined : 'must have scheme, host and port of a redirect URI'
}

function originOf(uri: ParsedUri): string {
  return `${uri.scheme}://${uri.host ?? ''}:${effectivePort(uri)}`
}
