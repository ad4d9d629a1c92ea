import type { JsonObject } from '../client.ts'

/** What a JWT says about itself (RFC 7519 §4.1) is no client metadata and is not shown as such (DCR-SS-12). */
export const bookkeepingClaims: readonly string[] = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']

export function withoutBookkeeping(claims: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !bookkeepingClaims.includes(name)))
}
