import type { Configuration } from 'oidc-provider'
import type { Realm } from '../../registration/index.ts'

const daySeconds = 86_400
const sessionSeconds = 14 * daySeconds
const interactionSeconds = 3600

/** A session carries the refresh tokens that end with it, and therefore lives at least as long. */
function sessionLifetimeSeconds({ tokens }: Realm): number {
  return Math.max(sessionSeconds, tokens.refreshTokenLifetimeSeconds)
}

/** Twice the longest token, so that a grant that is used again late still covers what is issued then; see `prolonged`. */
export function grantLifetimeSeconds(realm: Realm): number {
  return 2 * Math.max(sessionLifetimeSeconds(realm), realm.tokens.refreshTokenLifetimeSeconds)
}

/** How long a key must stay published after it signed its last token. */
export function longestSignedLifetimeSeconds({ tokens, resources }: Realm): number {
  const perResource = resources.flatMap(({ accessTokenLifetimeSeconds }) => accessTokenLifetimeSeconds ?? [])
  return Math.max(tokens.accessTokenLifetimeSeconds, tokens.idTokenLifetimeSeconds, ...perResource)
}

export function lifetimes(realm: Realm): NonNullable<Configuration['ttl']> {
  const { tokens } = realm
  return {
    AccessToken: (_ctx, { gty, resourceServer }) => {
      const lifetime = resourceServer?.accessTokenTTL ?? tokens.accessTokenLifetimeSeconds
      return gty === 'implicit' ? Math.min(lifetime, tokens.frontChannelTokenLifetimeSeconds) : lifetime
    },
    ClientCredentials: (_ctx, { resourceServer }) => resourceServer?.accessTokenTTL ?? tokens.accessTokenLifetimeSeconds,
    AuthorizationCode: tokens.authorizationCodeLifetimeSeconds,
    BackchannelAuthenticationRequest: (ctx) => {
      const requested = Number(ctx.oidc.params?.['requested_expiry'] ?? tokens.deviceCodeLifetimeSeconds)
      return Math.min(requested, tokens.deviceCodeLifetimeSeconds)
    },
    DeviceCode: tokens.deviceCodeLifetimeSeconds,
    Grant: grantLifetimeSeconds(realm),
    IdToken: tokens.idTokenLifetimeSeconds,
    Interaction: interactionSeconds,
    RefreshToken: (_ctx, token, client) => {
      // Rotation slides the idle time, never the end (browser-based applications BCP, SEC-TK-08).
      const remaining = tokens.refreshTokenLifetimeSeconds - token.totalLifetime()
      const isRotated = rotates(realm, client.clientAuthMethod === 'none' && !token.isSenderConstrained())
      return Math.max(1, isRotated ? Math.min(remaining, tokens.refreshTokenIdleSeconds) : remaining)
    },
    Session: sessionLifetimeSeconds(realm),
  }
}

/** What anybody can use who holds it must change at each use (RFC 9700 §4.14.2). */
export function rotates({ tokens }: Realm, isBearerOfPublicClient: boolean): boolean {
  return tokens.rotateRefreshTokens || isBearerOfPublicClient
}
