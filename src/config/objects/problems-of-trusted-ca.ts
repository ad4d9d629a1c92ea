import { X509Certificate } from 'node:crypto'
import type { Problem } from '../problem.ts'

/** One certificate in PEM, and revocation lists in PEM (RFC 7468 §2). */
export function problemsOfTrustedCa(pem: string, crls: readonly string[]): readonly Problem[] {
  return [
    ...problemsOfCertificate(pem).map((message) => ({ path: ['pem'], message })),
    ...crls.flatMap((crl, index) =>
      blocksOf(crl, 'X509 CRL').length === 1
        ? []
        : [{ path: ['crls', index], message: 'is no revocation list; give one in PEM' }],
    ),
  ]
}

/** The blocks of one kind in a text, without what stands around them. */
function blocksOf(text: string, label: 'CERTIFICATE' | 'X509 CRL'): readonly string[] {
  return text.match(new RegExp(`-----BEGIN ${label}-----[A-Za-z0-9+/=\\s]+-----END ${label}-----`, 'g')) ?? []
}

function problemsOfCertificate(pem: string): readonly string[] {
  const blocks = blocksOf(pem, 'CERTIFICATE')
  if (blocks.length === 0) return ['holds no PEM certificate']
  if (blocks.length > 1) return [`holds ${blocks.length} certificates; give each an entry of its own`]
  try {
    new X509Certificate(blocks[0] ?? '')
    return []
  } catch {
    return ['holds a certificate that cannot be read']
  }
}
