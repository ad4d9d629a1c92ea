import { importJWK, type JWK, SignJWT } from 'jose'
import type { StatementSigner } from '../registration/index.ts'
import { ensureKeys } from './key-administration.ts'
import type { EnginePorts } from './ports.ts'
import { inSigningOrder } from './signing-keys.ts'

/** Software statements by the key that signs everything else of the realm, so that its JWKS verifies them. */
export function createStatementSigner(ports: EnginePorts): StatementSigner {
  return {
    async sign(realm, claims, alg) {
      const keys = inSigningOrder(await ensureKeys(realm, ports), ports.now())
      const key = keys.find((candidate) => candidate.alg === alg)
      if (key === undefined) throw new Error(`realm ${realm.name} has no key for ${alg}`)
      const privateJwk = JSON.parse(ports.vault.open(key.sealedPrivateJwk)) as JWK
      // No `sub` is ever in it and the type is plain: nobody can take it for an ID token or an access token (RFC 8725 §3.11).
      return new SignJWT({ ...claims })
        .setProtectedHeader({ alg, kid: key.kid, typ: 'JWT' })
        .sign(await importJWK(privateJwk, alg))
    },
  }
}
