import { type EpochSeconds, type JsonObject, type VerifiedSigner, writeDistinguishedName } from '../registration/index.ts'
import { chainLengthMax, findPath, type Trust } from './find-path.ts'
import type { ParsedCertificate } from './parse-certificate.ts'

interface Means {
  /** `undefined`: no certificate. */
  readonly parse: (der: Buffer) => ParsedCertificate | undefined
  readonly trust: Trust
}

/** RFC 7515 §4.1.6: the chain of a signed JWT, base64 (not base64url) of DER, the signer's certificate first. */
export function verifySigner(chain: readonly string[], at: EpochSeconds, { parse, trust }: Means): VerifiedSigner {
  if (chain.length === 0 || chain.length > chainLengthMax) {
    return { problem: `x5c has ${chain.length} certificates; accepted are 1 to ${chainLengthMax}` }
  }
  const parsed = chain.map((text) => (isBase64(text) ? parse(Buffer.from(text, 'base64')) : undefined))
  const certificates = parsed.filter((certificate) => certificate !== undefined)
  const [leaf, ...sent] = certificates
  if (leaf === undefined || certificates.length < chain.length) {
    return { problem: `certificate ${parsed.indexOf(undefined) + 1} of x5c is not the base64 of an X.509 certificate in DER` }
  }
  const found = findPath({ leaf, sent, purpose: 'signature', at }, trust)
  if ('problem' in found) return found
  // RFC 7518 knows no key that is bound to RSASSA-PSS.
  if (leaf.publicKey.asymmetricKeyType === 'rsa-pss')
    return { problem: 'certificate 1 of the chain has a key that no JWK can express' }
  return { jwk: leaf.publicKey.export({ format: 'jwk' }) as JsonObject, subject: writeDistinguishedName(leaf.subject) }
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
}
