import { X509Certificate } from 'node:crypto'
import { type EpochSeconds, writeDistinguishedName } from '../registration/index.ts'
import { type ParsedCertificate, parseCertificate } from './parse-certificate.ts'
import { readPem } from './read-pem.ts'

/** A trusted CA as an administrator sees it. */
export interface TrustedCaView {
  /** In hexadecimal digits. */
  readonly serialNumber: string
  /** RFC 4514. */
  readonly subject: string
  readonly issuer: string
  readonly validFrom: EpochSeconds
  readonly expires: EpochSeconds
  readonly keyAlgorithm: string
  /** In bits. */
  readonly keySize: number
  readonly signatureAlgorithm: string
  readonly sha1Fingerprint: string
  readonly sha256Fingerprint: string
  readonly status: 'VALID' | 'EXPIRED' | 'NOT_YET_VALID'
}

const pemCharactersMax = 65_536

/** One certificate authority from a PEM text. The problem is a sentence that tells what is accepted. */
export function readTrustedCa(pem: string, at: EpochSeconds): TrustedCaView | { readonly problem: string } {
  const blocks = pem.length > pemCharactersMax ? undefined : readPem(pem, 'CERTIFICATE')
  const [der] = blocks ?? []
  if (der === undefined || blocks?.length !== 1)
    return { problem: 'accepted is exactly one certificate in PEM, and nothing else' }
  const certificate = tryParse(der)
  if (certificate === undefined) return { problem: 'this is no X.509 certificate; accepted is one certificate in PEM' }
  const problem = findProblem(certificate)
  return problem === undefined ? present(certificate, at) : { problem: `this certificate ${problem}` }
}

function tryParse(der: Buffer): ParsedCertificate | undefined {
  try {
    return parseCertificate(new X509Certificate(der))
  } catch {
    // Whatever is wrong with it, it is none.
    return undefined
  }
}

function findProblem({ isCa, keyUsage, keyFlaw, unknownCritical, subject }: ParsedCertificate): string | undefined {
  if (!isCa) return 'is not one of a certificate authority; accepted is one with the basic constraint CA:TRUE'
  if (keyUsage?.certificateSigning === false)
    return 'may not sign others; accepted is one whose key usage is absent or has keyCertSign'
  if (subject.length === 0) return 'has no subject; accepted is one that names its authority'
  if (unknownCritical[0] !== undefined) return `has the critical extension ${unknownCritical[0]}, which is not understood here`
  return keyFlaw
}

function present(certificate: ParsedCertificate, at: EpochSeconds): TrustedCaView {
  const { x509, serialNumber, subject, issuer, notBefore, notAfter, publicKey, signatureAlgorithm } = certificate
  return {
    serialNumber,
    ...{ subject: writeDistinguishedName(subject), issuer: writeDistinguishedName(issuer) },
    ...{ validFrom: notBefore, expires: notAfter },
    ...keyOf(publicKey),
    signatureAlgorithm: signatureAlgorithm.name,
    sha1Fingerprint: digits(x509.fingerprint),
    sha256Fingerprint: digits(x509.fingerprint256),
    status: at < notBefore ? 'NOT_YET_VALID' : at > notAfter ? 'EXPIRED' : 'VALID',
  }
}

const sizes: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521, ed25519: 255, ed448: 448 }

function keyOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: ParsedCertificate['publicKey']) {
  const keySize = details?.modulusLength ?? sizes[details?.namedCurve ?? type ?? ''] ?? 0
  return {
    keyAlgorithm: type === 'ec' ? 'EC' : type?.startsWith('rsa') ? 'RSA' : type === 'ed448' ? 'Ed448' : 'Ed25519',
    keySize,
  }
}

function digits(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase()
}
