import { createHash } from 'node:crypto'
import { type PresentedCertificate, shortNameOf, writeDistinguishedName } from '../registration/index.ts'
import type { ParsedCertificate } from './parse-certificate.ts'

/** What policies see of a client certificate. */
export function describeCertificate(certificate: ParsedCertificate, trustedCas: readonly string[]): PresentedCertificate {
  const { x509, subject, issuer, notAfter } = certificate
  return {
    thumbprint: createHash('sha256').update(x509.raw).digest('base64url'),
    subject: writeDistinguishedName(subject),
    issuer: writeDistinguishedName(issuer),
    notAfter,
    attributes: subject
      .toReversed()
      .flat()
      .map(({ oid, text, der }) => {
        const name = shortNameOf(oid)
        return { oid, ...(name === undefined ? {} : { name }), value: text ?? `#${der}` }
      }),
    trustedCas,
  }
}
