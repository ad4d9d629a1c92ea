import { Type } from 'typebox'

const algorithm = Type.Enum(['ES256', 'EdDSA', 'RS256', 'PS256'])
const hour = 3600
const day = 86_400
const seconds = (fallback: number, maximum: number) => Type.Integer({ minimum: 1, maximum, default: fallback })

/** Lifetimes and algorithms of tokens. The ceilings keep a slip of the unit (`60d` for `60s`) from becoming a policy. */
export const tokenSettingsSchema = Type.Object(
  {
    signingAlgorithms: Type.Array(algorithm, { minItems: 1, default: ['ES256', 'RS256', 'PS256', 'EdDSA'] }),
    accessTokenSigningAlgorithm: Type.Optional(algorithm),
    accessTokenLifetimeSeconds: seconds(hour, day),
    // RFC 6749 §4.1.2 recommends ten minutes at most; a browser needs seconds.
    authorizationCodeLifetimeSeconds: seconds(60, 600),
    idTokenLifetimeSeconds: seconds(hour, day),
    refreshTokenLifetimeSeconds: seconds(90 * day, 3650 * day),
    refreshTokenIdleSeconds: seconds(30 * day, 3650 * day),
    rotateRefreshTokens: Type.Boolean({ default: true }),
    issueRefreshToken: Type.Enum(['always', 'offline_access'], { default: 'always' }),
    deviceCodeLifetimeSeconds: seconds(600, hour),
    deviceCodeIntervalSeconds: seconds(5, 60),
  },
  { additionalProperties: false, default: {} },
)
