import type { AssertionAudience, AssertionIssuer } from '../assertions/assertion-parties.ts'
import { isReservedClaim } from '../metadata/reserved-claims.ts'
import { isScopeOf } from '../metadata/scope-pattern.ts'
import type { Realm } from '../realm.ts'
import { checkKeySet, checkKeyUri } from './check-key-source.ts'
import { choices, type RealmProblem, twins } from './realm-problem.ts'

/** Issuers are found by `iss` and audiences by name, so that one entry stands for each; and nobody is a stranger to himself. */
export function checkAssertions(realm: Realm): readonly RealmProblem[] {
  const { assertionIssuers, assertionAudiences } = realm
  return [
    ...twins(
      ['assertionIssuers'],
      assertionIssuers.map(({ id }) => id),
    ),
    ...twins(
      ['assertionAudiences'],
      assertionAudiences.map(({ id }) => id),
    ),
    ...assertionIssuers.flatMap((entry, index) => placed(['assertionIssuers', index], checkIssuer(entry, realm))),
    ...assertionAudiences.flatMap((entry, index) => placed(['assertionAudiences', index], checkAudience(entry, realm))),
  ]
}

function placed(place: RealmProblem['path'], problems: readonly RealmProblem[]): readonly RealmProblem[] {
  return problems.map(({ path, message }) => ({ path: [...place, ...path], message }))
}

function checkIssuer(entry: AssertionIssuer, realm: Realm): readonly RealmProblem[] {
  const { keys, subject, scopes, issuer } = entry
  const same = realm.assertionIssuers.find((other) => other.issuer === issuer)
  return [
    ...(same === undefined || same.id === entry.id
      ? []
      : [{ path: ['issuer'], message: `${issuer} is the issuer of ${same.id} already; one entry stands for each` }]),
    ...notOurselves(issuer, realm),
    ...(keys.kind === 'jwks' ? checkKeySet(keys.jwks['keys']) : []),
    ...(keys.kind === 'jwks-uri' ? checkKeyUri('jwksUri', keys.jwksUri, realm) : []),
    ...(keys.kind === 'realm' && keys.realm === realm.name
      ? [{ path: ['keys', 'realm'], message: 'is this realm; its own tokens need no entry' }]
      : []),
    ...(subject.kind === 'username' && subject.claim === 'email' && subject.emailDomains.length === 0
      ? [{ path: ['subject', 'emailDomains'], message: 'is empty; give the domains whose addresses the issuer speaks for' }]
      : []),
    ...checkProvider(entry, realm),
    ...scopes.flatMap((scope, index) => (isKnown(realm, scope) ? [] : [unknownScope(realm, scope, index)])),
  ]
}

/** Whoever signs in elsewhere is known by the issuer there and the subject (EXT-JAG-10). */
function checkProvider({ subject, issuer }: AssertionIssuer, { identityProviders }: Realm): readonly RealmProblem[] {
  if (subject.kind !== 'identity-provider') return []
  const same = identityProviders.filter((provider) => provider.issuer === issuer).map(({ id }) => id)
  if (same.includes(subject.provider)) return []
  return [
    {
      path: ['subject', 'provider'],
      message: `${subject.provider} is no identity provider of this realm with the issuer ${issuer}; ${choices(same)}`,
    },
  ]
}

/** What a realm says of itself needs no trust, and must not come back as somebody else's word (ID-JAG, Cross-Domain Use). */
function notOurselves(issuer: string, realm: Realm): readonly RealmProblem[] {
  return issuer === realm.issuer ? [{ path: ['issuer'], message: 'is the issuer of this realm; give that of another' }] : []
}

function isKnown(realm: Realm, scope: string): boolean {
  return isScopeOf(realm, scope) || realm.resources.some(({ scopes }) => scopes.includes(scope))
}

function unknownScope({ scopes }: Realm, scope: string, index: number): RealmProblem {
  return { path: ['scopes', index], message: `${scope} is no scope of this realm; ${choices(scopes.map(({ name }) => name))}` }
}

/** `groups` and `roles` are names for something about a person, and `resource` is one of ID-JAG alone. */
function isProtocolClaim(name: string): boolean {
  return (isReservedClaim(name) && !['groups', 'roles', 'entitlements', 'username'].includes(name)) || name === 'resource'
}

function checkAudience(entry: AssertionAudience, realm: Realm): readonly RealmProblem[] {
  const { issuer, aliases, clients, claims, algorithm } = entry
  const others = realm.assertionAudiences.filter(({ id }) => id !== entry.id)
  const taken = new Map(others.flatMap((other) => [other.issuer, ...other.aliases].map((name) => [name, other.id])))
  const twinOf = (name: string, path: RealmProblem['path']): readonly RealmProblem[] =>
    taken.has(name) ? [{ path, message: `${name} means ${taken.get(name)} already; one entry stands for each` }] : []
  const algorithms = realm.tokens.signingAlgorithms.filter((name) => !name.startsWith('HS'))
  return [
    ...twinOf(issuer, ['issuer']),
    ...aliases.flatMap((alias, index) => twinOf(alias, ['aliases', index])),
    ...notOurselves(issuer, realm),
    ...twins(
      ['clients'],
      clients.map(({ client_id }) => client_id),
    ),
    ...claims.flatMap((claim, index) =>
      isProtocolClaim(claim)
        ? [{ path: ['claims', index], message: `${claim} is what the server says of an assertion; give claims of people` }]
        : [],
    ),
    ...(algorithm === undefined || algorithms.includes(algorithm)
      ? []
      : [{ path: ['algorithm'], message: `${algorithm} is none that this realm signs with; ${choices(algorithms)}` }]),
  ]
}
