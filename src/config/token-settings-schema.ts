import { Type } from 'typebox'

const algorithm = Type.Enum(['ES256', 'EdDSA', 'RS256', 'PS256'])
const hour = 3600
const day = 86_400
const seconds = (fallback: number, maximum: number, description: string) =>
  Type.Integer({ minimum: 1, maximum, default: fallback, description })

/** Lifetimes and algorithms of tokens. The ceilings keep a slip of the unit (`60d` for `60s`) from becoming a policy. */
export const tokenSettingsSchema = Type.Object(
  {
    signingAlgorithms: Type.Array(algorithm, {
      minItems: 1,
      default: ['ES256', 'RS256', 'PS256', 'EdDSA'],
      description: 'What the realm signs with; it keeps a key for each.',
    }),
    accessTokenSigningAlgorithm: Type.Optional({
      ...algorithm,
      description: 'Of JWT access tokens. Without it, the first signing algorithm.',
    }),
    accessTokenLifetimeSeconds: seconds(hour, day, 'Of access tokens, unless their resource says otherwise.'),
    frontChannelTokenLifetimeSeconds: seconds(
      600,
      day,
      'Of access tokens that come by the implicit or a hybrid flow, at most: they pass through the browser and cannot be refreshed.',
    ),
    // RFC 6749 §4.1.2 recommends ten minutes at most; a browser needs seconds.
    authorizationCodeLifetimeSeconds: seconds(60, 600, 'Between the redirect to the client and the token request.'),
    idTokenLifetimeSeconds: seconds(hour, day, 'Of ID tokens.'),
    refreshTokenLifetimeSeconds: seconds(90 * day, 3650 * day, 'A grant can be refreshed so long, however often it is used.'),
    refreshTokenIdleSeconds: seconds(
      30 * day,
      3650 * day,
      'With rotation, a refresh token that is not used ends so long after it was issued.',
    ),
    rotateRefreshTokens: Type.Boolean({
      default: true,
      description: 'Each use gives a new one; the second use of one ends the grant.',
    }),
    issueRefreshToken: Type.Enum(['always', 'offline_access'], {
      default: 'always',
      description: 'To every client with the grant, or only where the scope `offline_access` was granted.',
    }),
    deviceCodeLifetimeSeconds: seconds(600, hour, 'How long people have to enter the code of a device.'),
    deviceCodeIntervalSeconds: seconds(5, 60, 'Between two polls of a device.'),
  },
  { additionalProperties: false, default: {}, description: 'Lifetimes and algorithms of tokens.' },
)
