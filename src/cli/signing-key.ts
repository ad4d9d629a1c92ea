import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'
import { CliError, exitCodes } from './cli-error.ts'
import type { Io } from './io.ts'
import { readText } from './read-text.ts'

/** A key to sign with, and what it says about itself. */
export interface SigningKey {
  readonly key: KeyObject | Uint8Array
  readonly alg: string
  readonly kid?: string
}

/** From a PEM file (PKCS#8, PKCS#1 or SEC 1) or a JWK, as `keys generate` writes it; a JWK of type oct is a secret for HS256. */
export async function readSigningKey(io: Io, file: string): Promise<SigningKey> {
  const text = (await readText(io, file)).trim()
  try {
    return text.startsWith('{') ? await fromJwk(JSON.parse(text) as JWK) : await withThumbprint(createPrivateKey(text))
  } catch (cause) {
    throw new CliError(`${file} is no private key in PEM and no private JWK`, {
      exitCode: exitCodes.usage,
      nextStep: 'Make one with `registrar keys generate --out FILE` or with openssl.',
      cause,
    })
  }
}

/** The chain of a PEM file as `x5c` wants it; its first certificate belongs to the key. */
export async function readCertificateChain(io: Io, file: string, { key }: SigningKey): Promise<readonly string[]> {
  const blocks = (await readText(io, file)).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const chain = blocks.map((pem) => new X509Certificate(pem))
  const isOwn = !(key instanceof Uint8Array) && chain[0]?.checkPrivateKey(key) === true
  if (isOwn) return chain.map(({ raw }) => raw.toString('base64'))
  throw new CliError(`${file} does not start with the certificate of the key`, {
    exitCode: exitCodes.usage,
    nextStep: 'Give PEM certificates, that of the key first and each followed by its issuer’s.',
  })
}

async function fromJwk(jwk: JWK): Promise<SigningKey> {
  const kid = jwk.kid === undefined ? {} : { kid: jwk.kid }
  if (jwk.kty === 'oct') return { key: Buffer.from(jwk.k ?? '', 'base64url'), alg: jwk.alg ?? 'HS256', ...kid }
  const signing = await withThumbprint(createPrivateKey({ key: jwk as Record<string, unknown>, format: 'jwk' }))
  return { ...signing, ...(jwk.alg === undefined ? {} : { alg: jwk.alg }), ...kid }
}

async function withThumbprint(key: KeyObject): Promise<SigningKey> {
  const { kty, crv, n, e, x, y } = await exportJWK(key)
  const isOfCurve = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512', Ed25519: 'EdDSA' }[crv ?? '']
  const alg = kty === 'RSA' ? 'PS256' : isOfCurve
  if (alg === undefined) throw new Error(`nothing is signed with a key of type ${kty} ${crv}`)
  const given = Object.entries({ kty, crv, n, e, x, y }).filter(([, value]) => value !== undefined)
  return { key, alg, kid: await calculateJwkThumbprint(Object.fromEntries(given) as unknown as JWK) }
}
