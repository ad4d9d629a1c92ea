import type { Realm } from '../registration/index.ts'
import type { Dialect } from './dialects/dialect.ts'
import { dialectsOf } from './dialects/index.ts'

/** Where a realm is found: at its issuer, and at the roots of its dialects. */
export interface Place {
  readonly host: string
  readonly path: string
  readonly isIssuer: boolean
  /** Whose root it is: what is asked for there is asked for in this dialect. */
  readonly dialect?: Dialect
}

/** Snapshots live as long as a revision, and so do their parsed issuers. */
const places = new WeakMap<Realm, readonly Place[]>()

export function placesOf(realm: Realm): readonly Place[] {
  const known = places.get(realm)
  if (known !== undefined) return known
  const found = findPlaces(realm)
  places.set(realm, found)
  return found
}

function findPlaces(realm: Realm): readonly Place[] {
  const { host, path } = locate(realm.issuer)
  const roots = dialectsOf(realm).flatMap((dialect) =>
    (dialect.paths.roots ?? []).map((root) => ({ dialect, path: root.replace('{realm}', () => realm.name) })),
  )
  const ofIssuer = roots.find((root) => path.endsWith(root.path))
  // The public URL may have a path of its own, which stands in front of every root.
  const base = ofIssuer === undefined ? '' : path.slice(0, -ofIssuer.path.length)
  const leading = ofIssuer === undefined ? {} : { dialect: ofIssuer.dialect }
  const issuer = { host, path, isIssuer: true, ...leading }
  const mtls = realm.mtlsIssuer === undefined ? [] : [{ ...locate(realm.mtlsIssuer), isIssuer: true, ...leading }]
  const others = roots.filter((root) => root !== ofIssuer)
  return [
    issuer,
    ...mtls,
    ...others.map((root) => ({ host, path: `${base}${root.path}`, isIssuer: false, dialect: root.dialect })),
  ]
}

function locate(url: string): Pick<Place, 'host' | 'path'> {
  const { host, pathname } = new URL(url)
  return { host, path: pathname.replace(/\/$/, '') }
}
