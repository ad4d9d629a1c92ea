import { dialectRoots, endpointSegments } from '../http/options.ts'
import type { Realm } from '../registration/index.ts'

type Placed = Pick<Realm, 'name' | 'issuer' | 'dialects'>

/** Where realms are found, so that no two of them are found at one place, and none among the endpoints of another. */
export interface IssuerIndex {
  /** Why the realm cannot stand where it would, as the end of a sentence; `undefined`: it can. */
  collisionOf(realm: Placed): string | undefined
  add(realm: Placed): void
}

export function createIssuerIndex(realms: readonly Placed[] = []): IssuerIndex {
  const places = new Map<string, { readonly name: string; readonly host: string }[]>()
  /** By the path of what would be hidden: the realm whose issuer would hide it. */
  const hiding = new Map<string, string>()

  const collisionAt = ({ host, path }: Place): string | undefined => {
    const twin = places.get(path)?.find((other) => other.host === host)
    if (twin !== undefined) return `is the issuer of realm ${twin.name} already; give each realm its own`
    const below = hiding.get(path)
    if (below !== undefined) return `has endpoints where realm ${below} has its issuer; choose another path`
    const above = hiddenBy(path).flatMap((prefix) => places.get(prefix) ?? [])[0]
    return above === undefined ? undefined : `stands among the endpoints of realm ${above.name}; choose another path`
  }

  const index: IssuerIndex = {
    collisionOf: (realm) => {
      const found = placesOf(realm)
      return found.map(collisionAt).find((collision) => collision !== undefined)
    },
    add: (realm) => {
      for (const { host, path } of placesOf(realm)) {
        places.set(path, [...(places.get(path) ?? []), { name: realm.name, host }])
        for (const prefix of hiddenBy(path)) hiding.set(prefix, realm.name)
      }
    },
  }
  for (const realm of realms) index.add(realm)
  return index
}

interface Place {
  readonly host: string
  readonly path: string
}

/** The issuer, and the roots of the dialects that the realm speaks; the public URL may have a path in front of them. */
function placesOf({ name, issuer, dialects }: Placed): readonly Place[] {
  const { host, path } = split(issuer)
  const roots = dialects.flatMap((dialect) => dialectRoots[dialect] ?? []).map((root) => root.replace('{realm}', () => name))
  const own = roots.find((root) => path.endsWith(root))
  const base = own === undefined ? '' : path.slice(0, -own.length)
  return [{ host, path }, ...roots.filter((root) => root !== own).map((root) => ({ host, path: `${base}${root}` }))]
}

/** An issuer is written in one way, without a trailing slash. */
function split(issuer: string): Place {
  const [, host = '', path = ''] = /^[a-z]+:\/\/([^/]+)(.*)$/.exec(issuer) ?? []
  return { host, path }
}

/** The paths whose own endpoints a realm at `path` would hide, were they issuers: the longest issuer in front of an address wins. */
function hiddenBy(path: string): readonly string[] {
  const steps = path.split('/').slice(1)
  return steps.flatMap((step, index) =>
    endpointSegments.includes(step) ? [steps.slice(0, index).reduce((prefix, part) => `${prefix}/${part}`, '')] : [],
  )
}
