import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** A key pair of a client: the public half to register, the private half to use. */
export async function clientKey(alg: string, kid: string, use: 'sig' | 'enc' = 'sig') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), alg, kid, use }
  const privateJwk: JWK = { ...(await exportJWK(privateKey)), alg, kid, use }
  return { jwk, privateJwk, privateKey }
}
