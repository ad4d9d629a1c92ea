import { certificateOf } from '../clients/client-certificates.ts'
import { sha256 } from '../digest.ts'
import type { Context } from '../runtime.ts'
import type { HeldKeys } from '../seam/seam-token-requests.ts'
import type { Confirmation } from './jwt-access-token.ts'

/** A token that is bound to a key is worth nothing without it, here as anywhere (RFC 9449 §7, RFC 8705 §3). */
export function checkHolder(
  ctx: Context,
  { jkt, 'x5t#S256': thumbprint }: Confirmation,
  keys: HeldKeys,
  refusal: (problem: string) => Error,
): void {
  if (jkt !== undefined && jkt !== keys.dPoP?.thumbprint) {
    throw refusal('is bound to a DPoP key: send a proof that was made with it')
  }
  const certificate = certificateOf(ctx)
  if (thumbprint !== undefined && (certificate === undefined || sha256(certificate.raw) !== thumbprint)) {
    throw refusal('is bound to a client certificate: present it')
  }
}
