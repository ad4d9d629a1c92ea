import type { EpochSeconds, InspectedToken, JsonObject } from '../../registration/index.ts'
import { sha256 } from '../digest.ts'
import type { Runtime } from '../runtime.ts'

interface Known {
  readonly claims: JsonObject
  readonly grantId: string | undefined
  /** Of a JWT; an opaque token is its own identifier, and is not repeated. */
  readonly jti: string
  readonly grantType: string | undefined
}

/** Who it speaks about is looked up by the subject that it tells: one that was made for a pairwise client names nobody. */
export async function inspectedToken({ ports, realm }: Runtime, known: Known): Promise<InspectedToken> {
  const { claims, grantId, jti, grantType } = known
  const { sub, client_id } = claims
  const isPerson = typeof sub === 'string' && sub !== client_id
  const account = isPerson ? await ports.accounts.find(realm.name, sub) : undefined
  const now: EpochSeconds = ports.now()
  return {
    claims,
    grant: sha256(`grant ${grantId ?? jti}`),
    token: sha256(`token ${jti}`),
    ...(account?.username === undefined ? {} : { username: account.username }),
    ...(grantType === undefined ? {} : { grantType }),
    now,
  }
}
