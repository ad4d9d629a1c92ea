import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import type { Violation } from '../refusal.ts'
import { type KeyNeed, keyNeeds } from './key-needs.ts'
import { hasKeyFor, isEmptyKeySet, keySetProblems } from './key-set.ts'
import { violation } from './violation.ts'

/** By value or by reference, not both (DCR-REQ-05); public only (SEC-JWK-01); and there where something needs them (DCR-GR-10). */
export function checkKeys(metadata: ClientMetadata, { registration }: Realm): readonly Violation[] {
  const { jwks, jwks_uri: jwksUri } = metadata
  if (jwks !== undefined && jwksUri !== undefined)
    return [violation('jwks', 'and jwks_uri exclude each other; send one of them (RFC 7591 2)')]
  const problems = jwks === undefined ? [] : keySetProblems(jwks).map((problem) => violation('jwks', problem))
  // What is behind jwks_uri shows when it is needed: it is not fetched at registration (SEC-SSRF-11, OIDR-ALG-03).
  if (problems.length > 0 || jwksUri !== undefined) return problems
  const mayFollow = registration.unusableMetadata === 'accept' && isEmptyKeySet(jwks)
  return keyNeeds(metadata)
    .filter(({ isForAuthentication }) => isForAuthentication || !mayFollow)
    .flatMap((need) => (jwks !== undefined && hasKeyFor(jwks, need) ? [] : [lacks(need, metadata)]))
}

function lacks({ member, use, alg, needsCertificate }: KeyNeed, metadata: ClientMetadata): Violation {
  const value = String(metadata[member])
  if (metadata.jwks === undefined)
    return violation(member, `needs jwks or jwks_uri with the value ${value}`, { kind: 'missing', about: ['jwks'] })
  const purpose = use === 'sig' ? 'signatures' : 'encryption'
  const key = needsCertificate
    ? 'a key with an x5c certificate'
    : `a key for ${purpose}${alg === undefined ? '' : ` with ${alg}`}`
  return violation(member, `needs ${key} in jwks with the value ${value}`)
}
