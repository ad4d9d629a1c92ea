import { type Client, errors } from 'oidc-provider'
import type { ProtectedResource } from '../../registration/index.ts'
import { type Context, words } from '../runtime.ts'

/** A resource that takes bound tokens alone gets no others made for it, by whatever grant (RFC 9728 §2, RFC 9449, RFC 8705). */
export function refuseUnbound(ctx: Context, { boundTokens = 'optional' }: ProtectedResource, client: Client): void {
  if (boundTokens === 'optional') return
  const isFrontChannel = ctx.oidc.route !== 'token' && words(ctx.oidc.params?.['response_type']).includes('token')
  if (isFrontChannel) throw new errors.InvalidRequest('tokens for this resource are bound, and none come by way of the browser')
  if (ctx.oidc.route !== 'token') return
  const hasKey = boundTokens !== 'certificate' && ctx.get('dpop') !== ''
  // The engine refuses such a client that brings no certificate.
  const hasCertificate = boundTokens !== 'dpop' && client.tlsClientCertificateBoundAccessTokens === true
  if (hasKey || hasCertificate) return
  throw new errors.InvalidRequest(`tokens for this resource are bound: ${wanted[boundTokens]}`)
}

const wanted = {
  dpop: 'bring a DPoP proof (RFC 9449 5)',
  certificate: 'register tls_client_certificate_bound_access_tokens and call with the certificate (RFC 8705 3)',
  any: 'bring a DPoP proof (RFC 9449 5), or register tls_client_certificate_bound_access_tokens (RFC 8705 3)',
}
