import type { Directory } from '../directory.ts'
import { isReservedClaim } from '../metadata/reserved-claims.ts'
import type { Realm } from '../realm.ts'
import { type RealmProblem, twins } from './realm-problem.ts'

/** Passwords go to a directory over TLS alone, and there is one way to find a person. */
export function checkDirectories({
  directories,
  development,
}: Pick<Realm, 'directories' | 'development'>): readonly RealmProblem[] {
  return [
    ...twins(
      ['directories'],
      directories.map(({ id }) => id),
    ),
    ...directories.flatMap((directory, index) =>
      faultsOf(directory, development).map(([member, message]) => ({ path: ['directories', index, ...member], message })),
    ),
  ]
}

type Fault = readonly [member: readonly string[], message: string]

function faultsOf(directory: Directory, development: boolean): readonly Fault[] {
  return [...faultsOfTransport(directory, development), ...faultsOfSearch(directory), ...faultsOfClaims(directory)]
}

function faultsOfTransport({ url, startTls }: Directory, development: boolean): readonly Fault[] {
  const isSecure = /^ldaps:/i.test(url)
  if (isSecure && startTls) return [[['startTls'], 'is for ldap://; what begins with ldaps:// is secure already']]
  if (isSecure || startTls || development || isLoopback(url)) return []
  return [[['url'], 'would carry passwords in clear; give ldaps://, or startTls: true']]
}

function isLoopback(url: string): boolean {
  return /^ldap:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?\/?$/i.test(url)
}

function faultsOfSearch({ userDn, baseDn, bindDn, sealedBindPassword, groups }: Directory): readonly Fault[] {
  const faults: Fault[] = []
  if (userDn === undefined && baseDn === undefined) faults.push([['baseDn'], 'is missing; say where people are, or give userDn'])
  if (userDn !== undefined && baseDn !== undefined)
    faults.push([['userDn'], 'and baseDn are two ways to find a person; give one of them'])
  if (userDn !== undefined && bindDn !== undefined)
    faults.push([['bindDn'], 'is for searching, and with userDn nobody is searched; leave it out'])
  if (bindDn !== undefined && sealedBindPassword === undefined)
    faults.push([['bindPassword'], 'is missing; without one the directory would take bindDn for nobody (RFC 4513 5.1.2)'])
  if (bindDn === undefined && sealedBindPassword !== undefined)
    faults.push([['bindDn'], 'is missing; say whose password bindPassword is'])
  if (groups !== undefined && groups.attribute === undefined && groups.baseDn === undefined)
    faults.push([['groups', 'attribute'], 'is missing; give it, or the baseDn below which groups are searched'])
  return faults
}

/** RFC 9068 §2.2.3.1 has these of people, and a directory is where they come from. */
const ofPeople = ['groups', 'roles', 'entitlements']

function faultsOfClaims({ claims, groups }: Directory): readonly Fault[] {
  const names = [...Object.keys(claims).map((name) => [['claims', name], name] as const)]
  const all = groups === undefined ? names : [...names, [['groups', 'claim'], groups.claim] as const]
  return all
    .filter(([, name]) => isReservedClaim(name) && !ofPeople.includes(name))
    .map(([member, name]) => [member, `${name} is a claim that the server makes itself; give another name`])
}
