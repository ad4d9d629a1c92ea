import type { EpochSeconds, Realm } from '../../registration/index.ts'
import { sha256 } from '../digest.ts'
import type { EnginePorts } from '../ports.ts'

/** Whoever signs for longer than this only makes us remember for longer (RFC 7523 §3, item 4: it may be refused). */
const rememberedSecondsMax = 86_400

/** `false`: the identifier (the `jti` of an assertion or proof) was presented before, or would have to be remembered for too long. */
export async function spendIdentifier(
  { now, objects }: EnginePorts,
  realm: Realm,
  { client_id, id, expiresAt }: { readonly client_id: string; readonly id: string; readonly expiresAt: EpochSeconds },
): Promise<boolean> {
  if (expiresAt > now() + rememberedSecondsMax) return false
  // A NumericDate may have a fraction (RFC 7519 §2).
  const until = Math.ceil(expiresAt)
  return objects.insertOnce({
    realm: realm.name,
    model: 'ReplayDetection',
    id: sha256(id),
    client_id,
    payload: {},
    expiresAt: until,
  })
}
