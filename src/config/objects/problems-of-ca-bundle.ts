import { X509Certificate } from 'node:crypto'

/** One or several certificates in PEM (RFC 7468 §5). */
export function problemsOfCaBundle(pem: string): readonly string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) return ['holds no PEM certificate']
  return blocks.every(isReadable) ? [] : ['holds a certificate that cannot be read']
}

function isReadable(block: string): boolean {
  try {
    return new X509Certificate(block).subject !== undefined
  } catch {
    return false
  }
}
