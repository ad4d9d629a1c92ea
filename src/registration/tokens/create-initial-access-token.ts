import type { InitialAccessToken } from '../client.ts'
import { violation } from '../metadata/violation.ts'
import type { Ports } from '../ports.ts'
import type { Realm } from '../realm.ts'
import { refuseAll } from '../refusal.ts'
import type { InitialAccessTokenRequest } from '../requests.ts'
import { readBoundMetadata } from './read-bound-metadata.ts'
import { newInitialAccessToken } from './token-values.ts'

/**
 * An initial access token (RFC 7591 §3) with what it is bound to. `value` exists here for the only time.
 * @throws Refusal when `defaults` or `locked` hold what no client could register.
 */
export async function createInitialAccessToken(
  request: InitialAccessTokenRequest,
  actor: string,
  { initialAccessTokens, vault, entropy, now: clock }: Pick<Ports, 'initialAccessTokens' | 'vault' | 'entropy' | 'now'>,
): Promise<{ readonly token: InitialAccessToken; readonly value: string }> {
  const { realm, label, lifetimeSeconds, usesMax } = request
  const now = clock()
  const value = newInitialAccessToken(entropy)
  const token: InitialAccessToken = {
    realm: realm.name,
    id: entropy.id(),
    digest: vault.digest(value),
    createdAt: now,
    uses: 0,
    ...(label === undefined ? {} : { label }),
    ...(lifetimeSeconds === undefined ? {} : { expiresAt: now + lifetimeSeconds }),
    ...(usesMax === undefined ? {} : { usesMax }),
    defaults: readBoundMetadata(request.defaults, realm),
    locked: readBoundMetadata(request.locked, realm),
    policies: knownPolicies(request.policies, realm),
  }
  await initialAccessTokens.insert(token, {
    realm: realm.name,
    type: 'initial-access-token.created',
    at: now,
    actor,
    details: { id: token.id, label: label ?? null, expiresAt: token.expiresAt ?? null, usesMax: usesMax ?? null },
  })
  return { token, value }
}

/** A policy that is not there would judge nobody, and the token would let everybody in. */
function knownPolicies(ids: readonly string[] = [], { policies }: Realm): readonly string[] {
  const known = policies.map(({ id }) => id)
  refuseAll(
    ids.flatMap((id, index) =>
      known.includes(id)
        ? []
        : [violation(`policies/${index}`, `names no policy of this realm; accepted are ${known.join(', ') || 'none'}`)],
    ),
  )
  return ids
}
