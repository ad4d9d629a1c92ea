import type { X509Certificate } from 'node:crypto'
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type PresentedToken, Refusal } from '../registration/index.ts'
import { type CertifiedRequest, clientCertificate } from './ports.ts'

/**
 * The token in `Authorization` (RFC 6750 §2.1, RFC 9449 §7.1); one in the query or the body is not looked at
 * (DCR-IAT-01, DCM-ERR-10). Another scheme presents nothing. `url` is the address as our issuer writes it.
 * @throws Refusal `invalid_token` where the scheme is right and the token cannot be one.
 */
export function readPresentedToken(request: IncomingMessage, url: string): PresentedToken | undefined {
  const [, word, value = ''] = /^(bearer|dpop)(?: +(.*))?$/i.exec(request.headers.authorization ?? '') ?? []
  if (word === undefined) return undefined
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(value)) throw new Refusal('invalid_token', 'the token in Authorization is malformed')
  const proof = request.headers['dpop']
  const certificate = (request as CertifiedRequest)[clientCertificate]
  return {
    scheme: word.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer',
    value,
    ...(typeof proof === 'string' ? { dpopProof: proof } : {}),
    method: request.method ?? '',
    url,
    ...(certificate === undefined ? {} : { certificateThumbprint: thumbprint(certificate) }),
  }
}

/** `x5t#S256` of RFC 8705 §3.1. */
function thumbprint(certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.raw).digest('base64url')
}
