import type { PresentedToken } from '../../registration/index.ts'
import type { Runtime } from '../runtime.ts'
import { proveDpopKey } from './dpop-proof.ts'
import type { Confirmation } from './jwt-access-token.ts'

interface Bound {
  readonly client_id: string
  readonly confirmation: Confirmation
}

/** A sender-constrained token is worth nothing without its key (RFC 9449 §7.1, RFC 8705 §3). */
export async function isHeldBy(runtime: Runtime, token: Bound, presented: PresentedToken): Promise<boolean> {
  const { jkt, 'x5t#S256': thumbprint } = token.confirmation
  if (thumbprint !== undefined && thumbprint !== presented.certificateThumbprint) return false
  if (jkt === undefined) return presented.scheme === 'Bearer'
  if (presented.scheme !== 'DPoP' || presented.dpopProof === undefined) return false
  const proven = await proveDpopKey(runtime, {
    proof: presented.dpopProof,
    accessToken: presented.value,
    client_id: token.client_id,
    method: presented.method,
    url: presented.url,
  })
  return proven === jkt
}
