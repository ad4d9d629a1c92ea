import type { JsonObject, JsonValue } from '../client.ts'
import { keysMax } from './ceilings.ts'
import { isJsonObject } from './json-shape.ts'
import type { KeyNeed } from './key-needs.ts'
import { certificateProblem, isUsableKey, keyAlgorithms, keyProblem } from './public-key.ts'

export function isEmptyKeySet(jwks: JsonObject | undefined): boolean {
  const keys = jwks?.['keys']
  return Array.isArray(keys) && keys.length === 0
}

/** What is wrong with a set of public keys (RFC 7517 §5), each as the rest of a sentence (SEC-JWK-01, SEC-JWK-05, SEC-JWK-06). */
export function keySetProblems(jwks: JsonObject): readonly string[] {
  const keys = jwks['keys']
  if (!Array.isArray(keys)) return ['must be a JWK Set: an object with an array named keys']
  if (keys.length > keysMax) return [`must hold at most ${keysMax} keys`]
  const objects = keys.filter(isJsonObject)
  if (objects.length < keys.length) return ['must hold keys that are JSON objects']
  const problems = objects.flatMap((key, index) => {
    const problem = keyProblem(key) ?? certificateProblem(key)
    return problem === undefined ? [] : [`must not have a key number ${index + 1} that ${problem}`]
  })
  return problems.length > 0 ? problems : setProblems(objects)
}

/** Whether some key of the set can be put to that use. */
export function hasKeyFor(jwks: JsonObject, { use, alg, needsCertificate }: KeyNeed): boolean {
  const keys: readonly JsonValue[] = Array.isArray(jwks['keys']) ? jwks['keys'] : []
  return keys.filter(isJsonObject).some((key) => {
    const algorithms = keyAlgorithms(key, use)
    const fits = alg === undefined ? algorithms.length > 0 : algorithms.includes(alg)
    return needsCertificate ? key['x5c'] !== undefined : fits && (key['use'] === undefined || key['use'] === use)
  })
}

function setProblems(keys: readonly JsonObject[]): readonly string[] {
  if (keys.length > 0 && !keys.some(isUsableKey))
    return ['must hold a key of type RSA, EC or OKP with a curve that this server knows']
  const names = keys.flatMap(({ kid, kty }) => (typeof kid === 'string' ? [`${String(kty)} ${kid}`] : []))
  const uses = new Set(keys.map(({ use }) => use))
  // OIDR-MD-07: with both kinds of keys in one set, each has to say which it is.
  const isMixed = uses.has('sig') && uses.has('enc') && uses.has(undefined)
  return [
    ...(new Set(names).size < names.length ? ['must not name two keys of one type with the same kid'] : []),
    ...(isMixed ? ['must give every key a use, since it holds keys for signatures and for encryption'] : []),
  ]
}
