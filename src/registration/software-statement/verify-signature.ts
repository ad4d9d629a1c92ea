import { compactVerify, importJWK } from 'jose'
import type { JsonObject, JsonValue } from '../client.ts'
import { keysMax } from '../metadata/ceilings.ts'
import { isJsonObject } from '../metadata/json-shape.ts'
import { keyAlgorithms, keyProblem } from '../metadata/public-key.ts'
import type { CompactJws } from './compact-jws.ts'

/**
 * The key of the set that the signature was made with. Where the header names a key, another one is not tried; of several that are
 * called alike each is. The algorithm has been judged before, and never comes out of the set.
 */
export async function findSigner(jws: CompactJws, jwks: JsonObject): Promise<JsonObject | undefined> {
  for (const key of keysOf(jwks).filter(fits(jws)).slice(0, keysMax)) {
    if (await isSignedBy(jws, publicPart(key))) return key
  }
  return undefined
}

export async function isSignedWithSecret({ text, alg }: CompactJws, secret: Uint8Array): Promise<boolean> {
  return isVerified(compactVerify(text, secret, { algorithms: [alg] }))
}

export function keysOf(jwks: JsonObject): readonly JsonObject[] {
  const keys: readonly JsonValue[] = Array.isArray(jwks['keys']) ? jwks['keys'] : []
  return keys.filter(isJsonObject)
}

/** Without whatever else a set may say about it, above all without private parts. */
export function publicPart({ kty, crv, n, e, x, y }: JsonObject): JsonObject {
  const parts = Object.entries({ kty, crv, n, e, x, y }).filter((part): part is [string, JsonValue] => part[1] !== undefined)
  return Object.fromEntries(parts)
}

function fits({ alg, kid }: CompactJws): (key: JsonObject) => boolean {
  return (key) => {
    const operations = key['key_ops']
    return (
      (kid === undefined || key['kid'] === undefined || key['kid'] === kid) &&
      (key['use'] === undefined || key['use'] === 'sig') &&
      (operations === undefined || (Array.isArray(operations) && operations.includes('verify'))) &&
      keyProblem(key) === undefined &&
      keyAlgorithms(key, 'sig').includes(alg)
    )
  }
}

async function isSignedBy({ text, alg }: CompactJws, key: JsonObject): Promise<boolean> {
  return isVerified(importJWK(key, alg).then((imported) => compactVerify(text, imported, { algorithms: [alg] })))
}

/** Whatever the library has against a signature or a key, it is not the signature that is wanted. */
function isVerified(verification: Promise<unknown>): Promise<boolean> {
  return verification.then(
    () => true,
    () => false,
  )
}
