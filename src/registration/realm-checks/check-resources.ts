import { isScopeOf } from '../metadata/index.ts'
import { canonicalResource, type ProtectedResource } from '../protected-resource.ts'
import type { Realm } from '../realm.ts'
import { choices, type RealmProblem, twins } from './realm-problem.ts'

/** A name in a request means one resource, and what a resource asks for is something that the realm has. */
export function checkResources(realm: Realm): readonly RealmProblem[] {
  const { resources } = realm
  return [
    ...twins(
      ['resources'],
      resources.map(({ id }) => id),
    ),
    ...checkNames(resources),
    ...resources.flatMap((resource, index) =>
      faultsOf(resource, realm).map(({ path, message }) => ({ path: ['resources', index, ...path], message })),
    ),
  ]
}

function checkNames(resources: readonly ProtectedResource[]): readonly RealmProblem[] {
  const taken = new Set<string>()
  return resources.flatMap(({ identifier, aliases = [] }, index) => {
    const names = [{ name: identifier, path: ['identifier'] }, ...aliases.map((name, at) => ({ name, path: ['aliases', at] }))]
    return names.flatMap(({ name, path }) => {
      const canonical = canonicalResource(name)
      const isTaken = taken.has(canonical)
      taken.add(canonical)
      const message = `${name} is the name of a resource already; give each its own`
      return isTaken ? [{ path: ['resources', index, ...path], message }] : []
    })
  })
}

function faultsOf(resource: ProtectedResource, realm: Realm): readonly RealmProblem[] {
  return [...faultsOfScopes(resource, realm), ...faultsOfTokens(resource, realm), ...faultsOfMetadata(resource, realm)]
}

function faultsOfScopes({ scopes }: ProtectedResource, realm: Realm): readonly RealmProblem[] {
  return scopes.flatMap((scope, index) => {
    if (scope === 'offline_access' || scope === 'openid') {
      return [{ path: ['scopes', index], message: `${scope} is between the client and this server, and of no resource` }]
    }
    if (isScopeOf(realm, scope)) return []
    const known = [...realm.scopes, ...realm.scopeGroups].map(({ name }) => name)
    return [{ path: ['scopes', index], message: `${scope} is no scope of this realm; ${choices(known)}` }]
  })
}

function faultsOfTokens(resource: ProtectedResource, { tokens, capabilities }: Realm): readonly RealmProblem[] {
  const { accessTokenSigningAlgorithm: algorithm, boundTokens = 'optional', bearerMethods = [] } = resource
  const { dPoP, mTLS } = capabilities.features
  const problems: RealmProblem[] = []
  if (algorithm !== undefined && !tokens.signingAlgorithms.includes(algorithm)) {
    const message = `${algorithm} is no signing algorithm of this realm; ${choices(tokens.signingAlgorithms)}`
    problems.push({ path: ['accessTokenSigningAlgorithm'], message })
  }
  const needs = { optional: true, dpop: dPoP, certificate: mTLS, any: dPoP || mTLS }
  if (!needs[boundTokens]) {
    const feature = { optional: '', dpop: 'dPoP', certificate: 'mTLS', any: 'dPoP or mTLS' }[boundTokens]
    problems.push({ path: ['boundTokens'], message: `no client could get such a token; switch on ${feature} in the realm` })
  }
  if (boundTokens !== 'optional' && bearerMethods.some((method) => method !== 'header')) {
    problems.push({ path: ['bearerMethods'], message: 'bound tokens come in the header alone (RFC 9449 7.1); give header' })
  }
  return problems
}

function faultsOfMetadata(resource: ProtectedResource, { development }: Realm): readonly RealmProblem[] {
  const { identifier, documentation, publishMetadata } = resource
  const isWeb = (value: string): boolean => /^https:\/\/[^/]/i.test(value) || (development && /^http:\/\/[^/]/i.test(value))
  return [
    ...(publishMetadata === true && !isWeb(identifier)
      ? [{ path: ['publishMetadata'], message: `${identifier} is no https URL, and only those have a document (RFC 9728 1.2)` }]
      : []),
    ...(documentation !== undefined && !/^https?:\/\/[^/]/i.test(documentation)
      ? [{ path: ['documentation'], message: 'is no web address; give an absolute https URL' }]
      : []),
  ]
}
