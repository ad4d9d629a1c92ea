import type { JsonObject, Realm } from '../../registration/index.ts'
import type { EnginePorts } from '../ports.ts'
import { signJwt } from './sign-jwt.ts'

/** How the server proves itself where it is a client: at identity providers (RFC 7523 §2.2). */
export interface ClientAssertions {
  /** With the best of `algorithms`, what the provider takes; absent: with what the realm signs everything. */
  sign(realm: Realm, claims: JsonObject, algorithms?: readonly string[]): Promise<string>
}

export function createClientAssertions(ports: EnginePorts): ClientAssertions {
  return {
    async sign(realm, claims, algorithms) {
      const own = realm.tokens.signingAlgorithms
      const alg = own.find((candidate) => algorithms?.includes(candidate) ?? true) ?? own[0] ?? 'ES256'
      // Its `iss` is a client, its `aud` somebody else: nobody here can take it for a token of this realm (RFC 8725 §3.11).
      return signJwt(ports, realm, claims, { alg, typ: 'JWT' })
    },
  }
}
