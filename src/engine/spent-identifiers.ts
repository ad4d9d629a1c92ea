import type { EpochSeconds, Realm } from '../registration/index.ts'
import { sha256 } from './digest.ts'
import type { EnginePorts } from './ports.ts'

/** `false`: the identifier (the `jti` of an assertion or proof) was presented before. */
export async function spendIdentifier(
  { objects }: EnginePorts,
  realm: Realm,
  { client_id, id, expiresAt }: { readonly client_id: string; readonly id: string; readonly expiresAt: EpochSeconds },
): Promise<boolean> {
  return objects.insertOnce({ realm: realm.name, model: 'ReplayDetection', id: sha256(id), client_id, payload: {}, expiresAt })
}
