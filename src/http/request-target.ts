import type { Realm } from '../registration/index.ts'
import { dialectsOf } from './dialects/index.ts'
import { standard } from './dialects/standard.ts'
import { type AskedAddress, type Translation, translate } from './dialects/translate.ts'
import { findResourceDocument } from './find-resource-document.ts'
import { type Place, placesOf } from './places-of.ts'

/** What an address means: which issuer, in which dialect, and which path of ours. */
export interface RequestTarget extends Translation {
  readonly realm?: Realm
  /** Relative to the issuer, as it was asked for. */
  readonly requestedPath: string
  /** Where the realm was found, if that is a root of a dialect's and not where its issuer is. */
  readonly root?: string
}

/** What besides the path decides what is meant. */
export type Asked = Omit<AskedAddress, 'path'>

/**
 * `host` only chooses among configured issuers that share a path; nothing is ever built from it (SEC-TP-03).
 * Without a realm the path is left as it is, and leads nowhere but to the health endpoints.
 */
export function resolveTarget(
  path: string,
  host: string,
  realms: readonly Realm[],
  asked: Asked = { method: 'GET', query: '' },
): RequestTarget {
  const document = findResourceDocument(path, host, realms)
  if (document !== undefined) return { ...document, dialect: standard, requestedPath: document.path }
  const index = indexOf(realms)
  const found = findWellKnown(path, host, index) ?? findByPrefix(path, host, index)
  if (found === undefined) return { dialect: standard, path, requestedPath: path }
  const { realm, place, path: requestedPath } = found
  return {
    realm,
    requestedPath,
    ...(place.isIssuer ? {} : { root: place.path }),
    ...translate({ ...asked, path: requestedPath }, dialectsOf(realm), place.dialect),
  }
}

interface Found {
  readonly realm: Realm
  readonly place: Place
  readonly path: string
}

/**
 * RFC 8414 §3.1 puts the issuer's path behind the well-known part, OpenID Connect Discovery §4 in front of it; clients try
 * both for both documents, so both lead to the same bytes (MCP-DISC-01 to 04).
 */
function findWellKnown(path: string, host: string, index: PlaceIndex): Found | undefined {
  const [, document, issuerPath = ''] =
    /^(\/\.well-known\/(?:openid-configuration|oauth-authorization-server))(\/.*)?$/.exec(path) ?? []
  if (document === undefined) return undefined
  const found = chooseByHost(index.at(issuerPath.replace(/\/$/, '')), host)
  return found === undefined ? undefined : { ...found, path: document }
}

/** The longest issuer path in front wins, so that the default realm at the root does not swallow the others. */
function findByPrefix(path: string, host: string, index: PlaceIndex): Found | undefined {
  for (let end = path.lastIndexOf('/', index.longest); end >= 0; end = end === 0 ? -1 : path.lastIndexOf('/', end - 1)) {
    const candidates = index.at(path.slice(0, end))
    if (candidates.length === 0) continue
    const found = chooseByHost(candidates, host)
    return found === undefined ? undefined : { ...found, path: path.slice(end) }
  }
  return undefined
}

type Candidate = Omit<Found, 'path'>

function chooseByHost(candidates: readonly Candidate[], host: string): Candidate | undefined {
  const asked = host.toLowerCase()
  const named = candidates.filter(({ place }) => withoutPort(place.host) === withoutPort(asked))
  // Whatever stands in front of a node may speak to another port of it than clients do.
  return onlyOne(candidates) ?? candidates.find(({ place }) => place.host === asked) ?? onlyOne(named)
}

function onlyOne(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.every(({ realm }) => realm === candidates[0]?.realm) ? candidates[0] : undefined
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '')
}

/** What is found where, so that a request costs the same however many realms there are. */
interface PlaceIndex {
  at(path: string): readonly Candidate[]
  /** Characters of the longest path: what is longer need not be looked up. */
  readonly longest: number
}

/** The list is the same until a realm changes, and so is its index. */
const indexes = new WeakMap<readonly Realm[], PlaceIndex>()

function indexOf(realms: readonly Realm[]): PlaceIndex {
  const known = indexes.get(realms)
  if (known !== undefined) return known
  const byPath = new Map<string, Candidate[]>()
  for (const candidate of realms.flatMap((realm) => placesOf(realm).map((place) => ({ realm, place })))) {
    const others = byPath.get(candidate.place.path)
    if (others === undefined) byPath.set(candidate.place.path, [candidate])
    else others.push(candidate)
  }
  const longest = Math.max(0, ...[...byPath.keys()].map((path) => path.length))
  const index = { at: (path: string) => byPath.get(path) ?? [], longest }
  indexes.set(realms, index)
  return index
}
