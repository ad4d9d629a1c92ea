import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Configuration } from 'oidc-provider'
import type { EpochSeconds, Realm } from '../registration/index.ts'
import { isSameSubject } from './distinguished-name.ts'
import type { Context } from './runtime.ts'

/** Under this the listener leaves the certificate of the connection, its own or a trusted proxy's, on the request. */
const certificateOfRequest = Symbol.for('registrar.clientCertificate')

/** RFC 8705. The certificate's issuers are judged here; the engine compares thumbprints. */
export function mutualTls(realm: Realm, now: () => EpochSeconds): NonNullable<NonNullable<Configuration['features']>['mTLS']> {
  const { features, values } = realm.capabilities
  const methods = values['token_endpoint_auth_method'] ?? []
  const trusted = realm.trustedCas.map(({ pem }) => new X509Certificate(pem))
  return {
    enabled: features.mTLS,
    certificateBoundAccessTokens: features.mTLS,
    selfSignedTlsClientAuth: methods.includes('self_signed_tls_client_auth'),
    tlsClientAuth: methods.includes('tls_client_auth'),
    getCertificate: certificateOf,
    certificateAuthorized: (ctx) => {
      const certificate = certificateOf(ctx)
      return certificate !== undefined && isClientCertificate(certificate) && chainsTo(certificate, trusted, now())
    },
    certificateSubjectMatches: (ctx, member, expected) => {
      const certificate = certificateOf(ctx)
      return certificate !== undefined && hasName(certificate, member, expected)
    },
  } as NonNullable<NonNullable<Configuration['features']>['mTLS']>
}

function certificateOf(ctx: Context): X509Certificate | undefined {
  return (ctx.req as IncomingMessage & { readonly [certificateOfRequest]?: X509Certificate })[certificateOfRequest]
}

const clientAuthentication = '1.3.6.1.5.5.7.3.2'

/** A certificate that says what it is for must name client authentication (RFC 5280 §4.2.1.12). */
function isClientCertificate({ keyUsage }: X509Certificate): boolean {
  return keyUsage === undefined || keyUsage.includes(clientAuthentication)
}

const chainLengthMax = 8

/** Every link issued and signed by the next, every date now, up to a certificate that the operator trusts (RFC 5280 §6.1). */
function chainsTo(leaf: X509Certificate, trusted: readonly X509Certificate[], now: EpochSeconds): boolean {
  let current = leaf
  for (let length = 0; length < chainLengthMax && isCurrent(current, now); length += 1) {
    const link = current
    if (trusted.some((issuer) => issued(issuer, link) && isCurrent(issuer, now))) return true
    const sent = current.issuerCertificate
    if (sent === undefined || !issued(sent, current)) return false
    current = sent
  }
  return false
}

function issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function isCurrent({ validFrom, validTo }: X509Certificate, now: EpochSeconds): boolean {
  return Date.parse(validFrom) <= now * 1000 && now * 1000 <= Date.parse(validTo)
}

function hasName(certificate: X509Certificate, member: string, expected: string): boolean {
  if (member === 'tls_client_auth_subject_dn') return isSameSubject(certificate.subject, expected)
  const kind = alternativeNameKinds[member]
  const names = alternativeNames(certificate.subjectAltName ?? '').filter(([found]) => found === kind)
  return kind !== undefined && names.some(([, value]) => comparable(kind, value) === comparable(kind, expected))
}

const alternativeNameKinds: Readonly<Record<string, string>> = {
  tls_client_auth_san_dns: 'DNS',
  tls_client_auth_san_email: 'email',
  tls_client_auth_san_ip: 'IP Address',
  tls_client_auth_san_uri: 'URI',
}

/** As Node prints them: `DNS:a, URI:b`; a value that could be misread stands in JSON quotes. */
function alternativeNames(printed: string): readonly (readonly [string, string])[] {
  const entries = printed.match(/[^:,]+:(?:"(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g) ?? []
  return entries.map((entry) => {
    const text = entry.replace(/, $/, '')
    const at = text.indexOf(':')
    const value = text.slice(at + 1)
    return [text.slice(0, at).trim(), value.startsWith('"') ? String(JSON.parse(value)) : value] as const
  })
}

function comparable(kind: string, value: string): string {
  if (kind === 'DNS') return value.toLowerCase()
  if (kind !== 'IP Address') return value
  return URL.parse(`http://${value.includes(':') ? `[${value}]` : value}`)?.hostname ?? value
}
