import { readExtendedProperties } from '../metadata/extended-properties.ts'
import { findMember, isReservedClaim, isServerMember } from '../metadata/index.ts'
import type { ExtendedProperty, Realm } from '../realm.ts'
import { type RealmProblem, twins } from './realm-problem.ts'

/** Names that the protocol gives a meaning to are not an operator's to redefine; nor are the claims of a token. */
export function checkExtendedProperties(realm: Realm): readonly RealmProblem[] {
  const { extendedProperties } = realm
  const path = ['extendedProperties']
  return [
    ...twins(
      path,
      extendedProperties.map(({ name }) => name),
    ),
    ...extendedProperties.flatMap((property, index) =>
      faultsOf(property, realm).map(([member, message]) => ({ path: [...path, index, member], message })),
    ),
    ...twinClaims(extendedProperties),
  ]
}

type Fault = readonly [member: keyof ExtendedProperty, message: string]

function faultsOf(property: ExtendedProperty, realm: Realm): readonly Fault[] {
  const { name, tokenClaim } = property
  if (findMember(name) !== undefined) return [['name', `${name} is client metadata already; give another name`]]
  if (isServerMember(name)) return [['name', `${name} is what the server issues; give another name`]]
  // What every object has by itself cannot be told from what a client has sent.
  if (name in {}) return [['name', `${name} is a name that every object has by itself; give another name`]]
  const claim: Fault = ['tokenClaim', `${tokenClaim} is a claim that tokens have anyhow; give another name`]
  return [
    ...(tokenClaim !== undefined && (isReservedClaim(tokenClaim) || tokenClaim in {}) ? [claim] : []),
    ...unusableValues(property, realm),
  ]
}

/** A value that is on the list and could never be registered. */
function unusableValues({ values = [], ...property }: ExtendedProperty, realm: Realm): readonly Fault[] {
  const extendedProperties = [{ ...property, multiValued: true }]
  return readExtendedProperties({ [property.name]: values }, { ...realm, extendedProperties }).violations.map(({ reason }) => [
    'values',
    reason,
  ])
}

function twinClaims(properties: readonly ExtendedProperty[]): readonly RealmProblem[] {
  return properties.flatMap(({ tokenClaim }, index) => {
    const first = properties.findIndex((other) => other.tokenClaim === tokenClaim)
    if (tokenClaim === undefined || first === index) return []
    const message = `${tokenClaim} is the claim of ${properties[first]?.name} already; give another name`
    return [{ path: ['extendedProperties', index, 'tokenClaim'], message }]
  })
}
