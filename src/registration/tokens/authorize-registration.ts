import type { Channel, InitialAccessToken } from '../client.ts'
import type { EpochSeconds } from '../epoch-seconds.ts'
import type { Ports, PresentedToken, VerifiedAccessToken } from '../ports.ts'
import type { Realm } from '../realm.ts'
import { Refusal } from '../refusal.ts'
import { hasInitialAccessTokenShape } from './token-values.ts'

/** Why a registration may be made at all, and what the permission is bound to. */
export interface Authorization {
  readonly channel: Channel
  readonly actor: string
  readonly initialAccessToken?: InitialAccessToken
  /** An ordinary access token of the realm that stood for an initial one. */
  readonly accessToken?: VerifiedAccessToken
}

/**
 * RFC 7591 §3: nothing where the realm is open, an initial access token, or an ordinary access token of the realm
 * that carries a configured scope. Failures are those of RFC 6750 §3.1, not registration errors (DCR-IAT-02).
 */
export async function authorizeRegistration(
  realm: Realm,
  presented: PresentedToken | undefined,
  ports: Pick<Ports, 'store' | 'accessTokens' | 'vault' | 'now'>,
): Promise<Authorization> {
  if (presented === undefined) {
    if (realm.registration.initialAccessTokenRequired) throw new Refusal('token_required', tokenRequired(realm))
    return { channel: 'open', actor: 'anonymous' }
  }
  if (hasInitialAccessTokenShape(presented.value)) return byInitialAccessToken(realm, presented, ports)
  return byAccessToken(realm, presented, ports)
}

async function byInitialAccessToken(
  realm: Realm,
  presented: PresentedToken,
  ports: Pick<Ports, 'store' | 'vault' | 'now'>,
): Promise<Authorization> {
  const token = await ports.store.findInitialAccessToken(realm.name, ports.vault.digests(presented.value))
  if (presented.scheme !== 'Bearer' || token === undefined) throw unusable('unknown')
  const problem = problemOf(token, ports.now())
  if (problem !== undefined) throw unusable(problem)
  return { channel: 'initial-access-token', actor: `initial-access-token:${token.id}`, initialAccessToken: token }
}

function problemOf(token: InitialAccessToken, now: EpochSeconds): string | undefined {
  if (token.revokedAt !== undefined) return 'revoked'
  if (token.expiresAt !== undefined && token.expiresAt <= now) return 'expired'
  return token.usesMax !== undefined && token.uses >= token.usesMax ? 'used up' : undefined
}

async function byAccessToken(
  realm: Realm,
  presented: PresentedToken,
  ports: Pick<Ports, 'accessTokens'>,
): Promise<Authorization> {
  const scopes = realm.registration.initialAccessTokenScopes
  if (scopes.length === 0) throw unusable('unknown')
  const verified = await ports.accessTokens.verify(realm, presented)
  if (verified === undefined) throw unusable('not a valid access token')
  if (!scopes.some((scope) => isCarried(scope, verified, realm))) {
    throw new Refusal('insufficient_scope', `the access token carries none of the scopes ${scopes.join(' ')}`)
  }
  return {
    channel: 'initial-access-token',
    actor: `client:${verified.client_id}`,
    accessToken: verified,
  }
}

/** By name; a scope group also by all of its members. */
function isCarried(name: string, { scopes }: VerifiedAccessToken, { scopeGroups }: Realm): boolean {
  const members = scopeGroups.find((group) => group.name === name)?.scopes ?? []
  return scopes.includes(name) || (members.length > 0 && members.every((member) => scopes.includes(member)))
}

function tokenRequired(realm: Realm): string {
  const scopes = realm.registration.initialAccessTokenScopes
  const alternative = scopes.length === 0 ? '' : ` or an access token with scope ${scopes.join(' or ')}`
  return `registration needs an initial access token${alternative} in the Authorization header`
}

/** One text for every reason: which tokens exist is nobody's business (SEC-TEN-02). */
export function unusable(internal: string): Refusal {
  return new Refusal('invalid_token', 'the token is unknown, expired, revoked or used up', { internal })
}
