import { findMember, isServerMember, splitMemberName } from '../metadata/index.ts'
import type { Realm, StatementIssuer } from '../realm.ts'
import { checkKeySet, checkKeyUri } from './check-key-source.ts'
import { choices, type RealmProblem, twins } from './realm-problem.ts'

/** Entries are found by `iss`, so that one stands for each; what their claims become has to be client metadata. */
export function checkStatementIssuers(realm: Realm): readonly RealmProblem[] {
  const path = ['statementIssuers']
  return [
    ...twins(
      path,
      realm.statementIssuers.map(({ id }) => id),
    ),
    ...realm.statementIssuers.flatMap((entry, index) =>
      [...twinOf(entry, realm), ...checkKeys(entry, realm), ...checkMembers(entry, realm)].map((problem) => ({
        ...problem,
        path: [...path, index, ...problem.path],
      })),
    ),
  ]
}

function twinOf(entry: StatementIssuer, { statementIssuers }: Realm): readonly RealmProblem[] {
  const first = statementIssuers.find(({ issuer }) => issuer === entry.issuer)
  if (first === undefined || first.id === entry.id) return []
  return [{ path: ['issuer'], message: `${entry.issuer} is the issuer of ${first.id} already; one entry stands for each` }]
}

function checkKeys({ keys, algorithms }: StatementIssuer, realm: Realm): readonly RealmProblem[] {
  const isSymmetric = keys.kind === 'secret'
  const unfit = algorithms.flatMap((algorithm, index) =>
    // HS256 under a published key would let everybody sign (RFC 8725 §2.1).
    algorithm.startsWith('HS') === isSymmetric
      ? []
      : [{ path: ['algorithms', index], message: `${algorithm} does not go with keys of kind ${keys.kind}` }],
  )
  switch (keys.kind) {
    case 'jwks':
      return [...unfit, ...checkKeySet(keys.jwks['keys'])]
    case 'jwks-uri':
      return [
        ...unfit,
        ...checkKeyUri('jwksUri', keys.jwksUri, realm),
        ...(keys.revokedJwksUri === undefined ? [] : checkKeyUri('revokedJwksUri', keys.revokedJwksUri, realm)),
      ]
    case 'certificates':
      return [...unfit, ...checkAuthorities(keys.trustedCas, realm)]
    case 'secret':
      return unfit
  }
}

function checkAuthorities(ids: readonly string[], { trustedCas }: Realm): readonly RealmProblem[] {
  const known = trustedCas.map(({ id }) => id)
  return ids.flatMap((id, index) =>
    known.includes(id)
      ? []
      : [{ path: ['keys', 'trustedCas', index], message: `${id} is no trusted CA of this realm; ${choices(known)}` }],
  )
}

function checkMembers({ claimMap, memberPrecedence }: StatementIssuer, realm: Realm): readonly RealmProblem[] {
  const isMember = (name: string): boolean =>
    findMember(splitMemberName(name).base) !== undefined || realm.extendedProperties.some((property) => property.name === name)
  const faultOf = (name: string): string | undefined => {
    if (isServerMember(name)) return `${name} is what the server issues, and no statement decides it`
    return isMember(name) ? undefined : `${name} is no client metadata and no extended property that is known here`
  }
  const mapped = Object.entries(claimMap).map(([claim, member]) => [['claimMap', claim], faultOf(member)] as const)
  const ruled = Object.keys(memberPrecedence).map((member) => [['memberPrecedence', member], faultOf(member)] as const)
  return [...mapped, ...ruled].flatMap(([path, message]) => (message === undefined ? [] : [{ path, message }]))
}
