import type { KeyObject, X509Certificate } from 'node:crypto'
import { comparableName, type DistinguishedName, type EpochSeconds } from '../registration/index.ts'
import { DerError, readElement, readInside, tags } from './der.ts'
import { readSerialNumber, readTime } from './der-values.ts'
import { findKeyFlaw } from './find-key-flaw.ts'
import { type Extensions, parseExtensions } from './parse-extensions.ts'
import { parseName } from './parse-name.ts'
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts'

export interface ParsedCertificate extends Extensions {
  readonly x509: X509Certificate
  readonly publicKey: KeyObject
  /** SHA-256 of the whole, as Node spells it. */
  readonly fingerprint: string
  readonly serialNumber: string
  readonly subject: DistinguishedName
  readonly issuer: DistinguishedName
  /** Equal for names that match. */
  readonly subjectKey: string
  readonly issuerKey: string
  readonly notBefore: EpochSeconds
  readonly notAfter: EpochSeconds
  readonly signatureAlgorithm: SignatureAlgorithm
  /** Why no signature of its key is believed. */
  readonly keyFlaw?: string
}

/** Ten times what certificates with long chains of names take. */
const certificateOctetsMax = 32_768

/** @throws DerError, or an error of `node:crypto`: no certificate. */
export function parseCertificate(certificate: X509Certificate): ParsedCertificate {
  const { raw, publicKey, fingerprint256: fingerprint } = certificate
  if (raw.length > certificateOctetsMax) throw new DerError(`longer than ${certificateOctetsMax} octets`)
  const [toBeSigned, algorithm] = readInside(readElement(raw), tags.sequence)
  const fields = readInside(toBeSigned, tags.sequence)
  const [serialNumber, , issuer, validity, subject, , ...rest] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
  const [notBefore, notAfter] = readInside(validity, tags.sequence)
  const extensions = rest.find(({ tag }) => tag === 0xa3)
  const names = { subject: parseName(subject), issuer: parseName(issuer) }
  const keyFlaw = findKeyFlaw(publicKey)
  return {
    ...{ x509: certificate, publicKey, fingerprint, ...names },
    ...{ subjectKey: comparableName(names.subject), issuerKey: comparableName(names.issuer) },
    serialNumber: readSerialNumber(serialNumber),
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    signatureAlgorithm: readSignatureAlgorithm(algorithm),
    ...parseExtensions(extensions && readInside(extensions, 0xa3)[0]),
    ...(keyFlaw === undefined ? {} : { keyFlaw }),
  }
}
