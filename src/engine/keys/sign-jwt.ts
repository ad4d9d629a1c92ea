import { importJWK, type JWK, SignJWT } from 'jose'
import type { JsonObject, Realm } from '../../registration/index.ts'
import type { EnginePorts } from '../ports.ts'
import { ensureKeys } from './key-administration.ts'
import { inSigningOrder } from './signing-keys.ts'

/** By the key that signs everything else of the realm, so that its JWKS verifies it; `typ` keeps the kinds apart (RFC 8725 §3.11). */
export async function signJwt(
  ports: EnginePorts,
  realm: Realm,
  claims: JsonObject,
  { alg, typ }: { readonly alg: string; readonly typ: string },
): Promise<string> {
  const keys = inSigningOrder(await ensureKeys(realm, ports), ports.now())
  const key = keys.find((candidate) => candidate.alg === alg)
  if (key === undefined) throw new Error(`realm ${realm.name} has no key for ${alg}`)
  const privateJwk = JSON.parse(ports.vault.open(key.sealedPrivateJwk)) as JWK
  return new SignJWT({ ...claims }).setProtectedHeader({ alg, kid: key.kid, typ }).sign(await importJWK(privateJwk, alg))
}
