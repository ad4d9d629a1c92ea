import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { ClientCertificateHeader } from './options.ts'
import { type CertifiedRequest, clientCertificate } from './ports.ts'

/**
 * Puts the certificate of the connection's other end onto the raw request, for registration and engine alike. A header is
 * believed from a trusted proxy alone, and removed in any case: nobody further in can mistake it (SEC-TP-02, RFC 9440 §4).
 */
export function attachClientCertificate(
  request: IncomingMessage,
  isFromTrustedProxy: boolean,
  header: ClientCertificateHeader | undefined,
): void {
  const value = takeHeader(request, header)
  const forwarded = isFromTrustedProxy && header !== undefined && value !== undefined
  const certificate = forwarded ? readCertificate(value, header.format) : certificateOfConnection(request, isFromTrustedProxy)
  if (certificate !== undefined) (request as CertifiedRequest)[clientCertificate] = certificate
}

/** A header that appears twice is joined with a comma, and reads as no certificate except where the format is a list. */
function takeHeader(request: IncomingMessage, header: ClientCertificateHeader | undefined): string | undefined {
  if (header === undefined) return undefined
  const name = header.name.toLowerCase()
  const value = request.headers[name]
  delete request.headers[name]
  return typeof value === 'string' ? value : undefined
}

/** The proxy's own certificate says nothing about the client behind it. */
function certificateOfConnection(request: IncomingMessage, isFromTrustedProxy: boolean): X509Certificate | undefined {
  if (isFromTrustedProxy || !(request.socket instanceof TLSSocket)) return undefined
  return request.socket.getPeerX509Certificate()
}

const readers: Readonly<Record<ClientCertificateHeader['format'], (value: string) => Buffer | string | undefined>> = {
  rfc9440: (value) => fromBase64(/^:([A-Za-z0-9+/]+=*):$/.exec(value.trim())?.[1]),
  // The last element is what our own proxy added; those before it came in from outside.
  'envoy-xfcc': (value) => decodePem(/(?:^|;)Cert="([^"]*)"/i.exec(lastElement(value))?.[1]),
  'url-encoded-pem': decodePem,
}

function readCertificate(value: string, format: ClientCertificateHeader['format']): X509Certificate | undefined {
  try {
    const encoded = readers[format](value)
    return encoded === undefined ? undefined : new X509Certificate(encoded)
  } catch {
    // What cannot be read proves nothing: the request goes on without a certificate.
    return undefined
  }
}

function fromBase64(value: string | undefined): Buffer | undefined {
  return value === undefined ? undefined : Buffer.from(value, 'base64')
}

function decodePem(value: string | undefined): string | undefined {
  return value === undefined ? undefined : decodeURIComponent(value)
}

/** Elements are separated by commas outside of quotation marks. */
function lastElement(value: string): string {
  const outside = value.replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => '_'.repeat(quoted.length))
  return value.slice(outside.lastIndexOf(',') + 1).trim()
}
