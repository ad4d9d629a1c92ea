import type { RealmFile } from '../realm-schema.ts'
import type { Limit } from './profile.ts'

/** Exactly this value; `at` with dots. */
export function only(at: string, value: string | boolean, cites: string): Limit {
  const path = at.split('.')
  return { path, accepts: `\`${value}\``, cites, isKept: (realm) => valueAt(realm, path) === value }
}

/** A list of these and no others. */
export function within(at: string, values: readonly string[], cites: string): Limit {
  const path = at.split('.')
  const isKept = (realm: RealmFile): boolean => {
    const given = valueAt(realm, path)
    return Array.isArray(given) && given.every((value) => values.includes(value))
  }
  return { path, accepts: `nothing but ${values.map((value) => `\`${value}\``).join(', ')}`, cites, isKept }
}

/** One of several switches; the first is where it is told. */
export function atLeastOne(switches: readonly [string, ...string[]], cites: string): Limit {
  const paths = switches.map((at) => at.split('.'))
  return {
    path: paths[0] ?? [],
    accepts: `\`true\`, or ${switches.slice(1).join(' or ')} instead`,
    cites,
    isKept: (realm) => paths.some((path) => valueAt(realm, path) === true),
  }
}

function valueAt(realm: RealmFile, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Readonly<Record<string, unknown>> | undefined)?.[step], realm)
}
