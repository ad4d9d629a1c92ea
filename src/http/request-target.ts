import type { Realm } from '../registration/index.ts'
import type { Dialect } from './dialects/dialect.ts'
import { dialectsOf } from './dialects/index.ts'
import { standard } from './dialects/standard.ts'

/** What an address means: which issuer, in which dialect, and which path of ours. */
export interface RequestTarget {
  readonly realm?: Realm
  readonly dialect: Dialect
  /** Relative to the issuer, in the standard dialect. */
  readonly path: string
  /** Relative to the issuer, as it was asked for. */
  readonly requestedPath: string
}

/**
 * `host` only chooses among configured issuers that share a path; nothing is ever built from it (SEC-TP-03).
 * Without a realm the path is left as it is, and leads nowhere but to the health endpoints.
 */
export function resolveTarget(path: string, host: string, realms: readonly Realm[]): RequestTarget {
  const found = findWellKnown(path, host, realms) ?? findByPrefix(path, host, realms)
  if (found === undefined) return { dialect: standard, path, requestedPath: path }
  return { realm: found.realm, requestedPath: found.path, ...translate(found.path, dialectsOf(found.realm)) }
}

interface Found {
  readonly realm: Realm
  readonly path: string
}

/**
 * RFC 8414 §3.1 puts the issuer's path behind the well-known part, OpenID Connect Discovery §4 in front of it; clients try
 * both for both documents, so both lead to the same bytes (MCP-DISC-01 to 04).
 */
function findWellKnown(path: string, host: string, realms: readonly Realm[]): Found | undefined {
  const [, document, issuerPath = ''] =
    /^(\/\.well-known\/(?:openid-configuration|oauth-authorization-server))(\/.*)?$/.exec(path) ?? []
  if (document === undefined) return undefined
  const wanted = issuerPath.replace(/\/$/, '')
  const realm = chooseByHost(
    realms.filter((candidate) => locate(candidate).path === wanted),
    host,
  )
  return realm === undefined ? undefined : { realm, path: document }
}

/** The longest issuer path in front wins, so that the default realm at the root does not swallow the others. */
function findByPrefix(path: string, host: string, realms: readonly Realm[]): Found | undefined {
  const candidates = realms.filter((realm) => isBelow(path, locate(realm).path))
  const longest = Math.max(...candidates.map((realm) => locate(realm).path.length))
  const realm = chooseByHost(
    candidates.filter((candidate) => locate(candidate).path.length === longest),
    host,
  )
  return realm === undefined ? undefined : { realm, path: path.slice(longest) }
}

function isBelow(path: string, issuerPath: string): boolean {
  return path.startsWith(`${issuerPath}/`)
}

function chooseByHost(candidates: readonly Realm[], host: string): Realm | undefined {
  if (candidates.length <= 1) return candidates[0]
  return candidates.find((realm) => locate(realm).host === host.toLowerCase())
}

function translate(path: string, dialects: readonly Dialect[]): Pick<RequestTarget, 'dialect' | 'path'> {
  for (const dialect of dialects) {
    const canonical = translateInto(path, dialect)
    if (canonical !== undefined) return { dialect, path: canonical }
  }
  return { dialect: standard, path }
}

function translateInto(path: string, { paths }: Dialect): string | undefined {
  if (path === paths.registration) return standard.paths.registration
  if (Object.hasOwn(paths.aliases, path)) return paths.aliases[path]
  const id = paths.configuration.map((form) => matchClientId(path, form)).find((match) => match !== undefined)
  return id === undefined ? undefined : standard.paths.registrationClientUri.replace('{client_id}', () => id)
}

/** An identifier right below the issuer stands among all other paths, so it has to look like one that we made: a UUID. */
function matchClientId(path: string, form: string): string | undefined {
  const prefix = form.slice(0, form.indexOf('{client_id}'))
  if (!path.startsWith(prefix)) return undefined
  const id = path.slice(prefix.length)
  return (prefix === '/' ? uuid : pathSegment).test(id) ? id : undefined
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const pathSegment = /^[^/]+$/

interface Location {
  readonly host: string
  readonly path: string
}

/** Snapshots live as long as a revision, and so do their parsed issuers. */
const locations = new WeakMap<Realm, Location>()

function locate(realm: Realm): Location {
  const known = locations.get(realm)
  if (known !== undefined) return known
  const { host, pathname } = new URL(realm.issuer)
  const location = { host, path: pathname.replace(/\/$/, '') }
  locations.set(realm, location)
  return location
}
