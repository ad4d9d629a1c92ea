import { canonicalResource, type Realm } from '../registration/index.ts'

/** A document of RFC 9728, and the realm that serves it. */
export interface FoundDocument {
  readonly realm: Realm
  /** Relative to the issuer. */
  readonly path: string
}

const wellKnown = '/.well-known/oauth-protected-resource'

/**
 * RFC 9728 §3.1 puts the resource's path behind the well-known part. `host` chooses among resources that share a path; of realms that
 * name the same resource, the one below whose issuer it stands has the say. Where neither decides, nobody's word is taken for it.
 */
export function findResourceDocument(path: string, host: string, realms: readonly Realm[]): FoundDocument | undefined {
  if (path !== wellKnown && !path.startsWith(`${wellKnown}/`)) return undefined
  const wanted = withoutSlash(path.slice(wellKnown.length))
  const found = realms.flatMap((realm) => documentsOf(realm)).filter((document) => document.resourcePath === wanted)
  const ofHost = found.filter((document) => document.host === host.toLowerCase())
  const candidates = ofHost.length > 0 ? ofHost : isOneResource(found) ? found : []
  return candidates.length <= 1 ? candidates[0] : ownerOf(candidates)
}

interface PublishedDocument extends FoundDocument {
  readonly identifier: string
  readonly host: string
  readonly resourcePath: string
}

/** Snapshots live as long as a revision, and so does what they publish. */
const published = new WeakMap<Realm, readonly PublishedDocument[]>()

function documentsOf(realm: Realm): readonly PublishedDocument[] {
  const known = published.get(realm)
  if (known !== undefined) return known
  const documents = realm.resources.flatMap(({ id, identifier, publishMetadata }) => {
    const url = URL.parse(identifier)
    // A query would have to be looked at too, and no resource of ours needs one.
    if (publishMetadata !== true || url === null || url.search !== '') return []
    const place = { host: url.host, resourcePath: withoutSlash(url.pathname) }
    return [{ realm, identifier: canonicalResource(identifier), path: `/protected-resources/${id}`, ...place }]
  })
  published.set(realm, documents)
  return documents
}

function isOneResource(documents: readonly PublishedDocument[]): boolean {
  return new Set(documents.map(({ identifier }) => identifier)).size === 1
}

function ownerOf(candidates: readonly PublishedDocument[]): PublishedDocument | undefined {
  const above = candidates.filter(({ realm, identifier }) => `${identifier}/`.startsWith(`${realm.issuer}/`))
  const longest = Math.max(...above.map(({ realm }) => realm.issuer.length))
  const owners = above.filter(({ realm }) => realm.issuer.length === longest)
  return owners.length === 1 ? owners[0] : undefined
}

function withoutSlash(path: string): string {
  return path.replace(/\/$/, '')
}
