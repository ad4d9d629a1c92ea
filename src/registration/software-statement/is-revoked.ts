import { calculateJwkThumbprint } from 'jose'
import type { JsonObject } from '../client.ts'
import { keysOf, publicPart } from './verify-signature.ts'

/** The same key under whatever name, or another under the same. */
export async function isRevoked(key: JsonObject, revoked: JsonObject): Promise<boolean> {
  const own = await thumbprint(key)
  for (const other of keysOf(revoked)) {
    if ((typeof key['kid'] === 'string' && other['kid'] === key['kid']) || (await thumbprint(other)) === own) return true
  }
  return false
}

/** `undefined` for what is no key. */
async function thumbprint(key: JsonObject): Promise<string | undefined> {
  return calculateJwkThumbprint(publicPart(key)).catch(() => undefined)
}
