import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import type { JWK } from 'jose'
import { authority, type Certificate, issueCertificate } from '../../support/certificates.ts'
import type { Answer } from './console.ts'

/** What the walk-through makes with openssl: an RSA authority, a certificate that signs statements, one for a client. */
export interface WalkThroughCertificates {
  readonly ca: Certificate
  readonly signing: Certificate
  readonly client: Certificate
  /** The public key of the signing certificate, as `sig1`. */
  readonly jwks: { readonly keys: readonly JWK[] }
}

const rsa = ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048']

export function makeCertificates(): WalkThroughCertificates {
  const ca = issueCertificate({ subject: '/C=GB/O=Example/CN=Example Root CA', extensions: authority, algorithm: rsa })
  const signing = issueCertificate({
    subject: '/C=GB/O=Example/CN=ssa-signer',
    issuer: ca,
    extensions: ['keyUsage=critical,digitalSignature'],
    algorithm: rsa,
  })
  return { ca, signing, client: clientCertificate(ca, 'tpp-mtls'), jwks: { keys: [jwkOf(signing, 'sig1')] } }
}

export function clientCertificate(issuer: Certificate, name: string): Certificate {
  return issueCertificate({
    subject: `/C=GB/O=Example/CN=${name}`,
    issuer,
    extensions: ['extendedKeyUsage=clientAuth'],
    algorithm: rsa,
  })
}

function jwkOf({ cert }: Certificate, kid: string): JWK {
  return { ...createPublicKey(cert).export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } as JWK
}

/** A form, posted over TLS with a client certificate, as curl does it with --cert and --cacert. */
export function postWithCertificate(
  url: string,
  form: Readonly<Record<string, string>>,
  { certificate, serverCertificate }: { readonly certificate?: Certificate; readonly serverCertificate: string },
): Promise<{ readonly status: number; readonly body: Answer }> {
  const tls = certificate === undefined ? {} : { key: certificate.key, cert: certificate.cert }
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const sent = request(url, { method: 'POST', headers, ca: readFileSync(serverCertificate), ...tls }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) as Answer }),
      )
    })
    sent.on('error', reject)
    sent.end(new URLSearchParams(form).toString())
  })
}
