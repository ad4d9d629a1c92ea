import { createHash, randomUUID } from 'node:crypto'
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'

export interface AssertionSketch {
  readonly client_id: string
  readonly audience: string
  readonly key: CryptoKey | Uint8Array
  readonly alg: string
  readonly kid?: string
}

/** RFC 7523 §2.2, as two parameters of a token request. */
export async function assertionFor({ client_id, audience, key, alg, kid }: AssertionSketch): Promise<Record<string, string>> {
  const assertion = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) })
    .setIssuer(client_id)
    .setSubject(client_id)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(key)
  return { client_assertion: assertion, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' }
}

/** A DPoP key (RFC 9449) and the proofs that it makes. */
export async function createDpopKey() {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    prove: (htm: string, htu: string, accessToken?: string) =>
      new SignJWT({
        htm,
        htu,
        jti: randomUUID(),
        ...(accessToken === undefined ? {} : { ath: createHash('sha256').update(accessToken).digest('base64url') }),
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .setIssuedAt()
        .sign(privateKey),
  }
}
