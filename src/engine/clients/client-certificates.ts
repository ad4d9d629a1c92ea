import type { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Configuration } from 'oidc-provider'
import type { Client, Realm } from '../../registration/index.ts'
import type { EnginePorts } from '../ports.ts'
import type { Context } from '../runtime.ts'
import { factsAbout } from '../seam/seam.ts'

/** Under this the listener leaves the certificate of the connection, its own or a trusted proxy's, on the request. */
const certificateOfRequest = Symbol.for('registrar.clientCertificate')

type MutualTls = NonNullable<NonNullable<Configuration['features']>['mTLS']>

/** RFC 8705. Who vouches for a certificate, and whose it is, `certificates` judges; the engine compares thumbprints. */
export function mutualTls(realm: Realm, ports: Pick<EnginePorts, 'certificates' | 'log' | 'now'>): MutualTls {
  const { certificates } = ports
  const { features, values } = realm.capabilities
  const methods = values['token_endpoint_auth_method'] ?? []
  certificates.prepare(realm.trustedCas)
  return {
    enabled: features.mTLS,
    certificateBoundAccessTokens: features.mTLS,
    selfSignedTlsClientAuth: methods.includes('self_signed_tls_client_auth'),
    tlsClientAuth: methods.includes('tls_client_auth'),
    getCertificate: certificateOf,
    certificateAuthorized: (ctx) => isVouchedFor(ctx, realm, ports),
    certificateSubjectMatches: (ctx, member, expected) => {
      const certificate = certificateOf(ctx)
      return certificate !== undefined && certificates.hasSubject(certificate, member, expected)
    },
  } as MutualTls
}

export function certificateOf(ctx: Context): X509Certificate | undefined {
  return (ctx.req as IncomingMessage & { readonly [certificateOfRequest]?: X509Certificate })[certificateOfRequest]
}

/** The client is told no more than that it is not accepted; what is wrong with its certificate, the operator reads in the log. */
function isVouchedFor(ctx: Context, realm: Realm, { certificates, log, now }: Parameters<typeof mutualTls>[1]): boolean {
  const certificate = certificateOf(ctx)
  const { client } = ctx.oidc
  if (certificate === undefined || client === undefined) return false
  const trust = acceptedIssuers(realm, factsAbout(client).channel)
  const problem =
    trust === undefined
      ? 'the realm accepts no certificate authority for clients that register themselves'
      : certificates.findClientProblem(certificate, trust, now())
  if (problem !== undefined) log?.('client_certificate_refused', { realm: realm.name, client_id: client.clientId, problem })
  return problem === undefined
}

/** The realm's rule is about clients that registered themselves; an administrator's word needs no second one. */
function acceptedIssuers({ registration, trustedCas }: Realm, channel: Client['channel']) {
  const rule = registration.clientCertificateIssuer
  const isSelfRegistered = channel !== 'administrator' && channel !== 'provisioned'
  if (!isSelfRegistered || rule.rule === 'any') return { trustedCas }
  return rule.rule === 'one' ? { trustedCas, anchor: rule.trustedCa } : undefined
}
