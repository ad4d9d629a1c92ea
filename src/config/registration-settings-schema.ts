import { Type } from 'typebox'

const strict = { additionalProperties: false }
const scope = Type.String({ pattern: '^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$', accepts: 'a scope without spaces (RFC 6749 §3.3)' })
const rotation = Type.Enum(['never', 'on-update', 'on-read-and-update'], { default: 'never' })
const seconds = (fallback: number) => Type.Integer({ minimum: 0, maximum: 3_153_600_000, default: fallback })

/**
 * What an administrator decides about registration: in the file under `registration:`, or at run time by the admin API. One
 * schema for both, so that neither accepts what the other would not. What is left out gets the careful value.
 */
export const registrationSettingsSchema = Type.Object(
  {
    enabled: Type.Boolean({ default: false }),
    initialAccessTokenRequired: Type.Boolean({ default: true }),
    initialAccessTokenScopes: Type.Array(scope, { default: [] }),
    managementEnabled: Type.Boolean({ default: true }),
    deletionAllowed: Type.Boolean({ default: true }),
    rotateRegistrationAccessToken: rotation,
    registrationAccessTokenGraceSeconds: seconds(300),
    rotateClientSecret: rotation,
    clientSecretGraceSeconds: seconds(86_400),
    clientSecretLifetimeSeconds: seconds(0),
    serverMembersInUpdate: Type.Enum(['refuse', 'ignore'], { default: 'refuse' }),
    defaultScopes: Type.Array(scope, { default: [] }),
    allowedScopes: Type.Optional(Type.Array(scope)),
    clientDefaults: Type.Object({}, { additionalProperties: true, default: {} }),
    redirectUris: Type.Object(
      {
        undottedSchemes: Type.Array(
          Type.String({ pattern: '^[a-z][a-z0-9+-]*$', accepts: 'a URI scheme without a period, such as cursor' }),
          { default: [] },
        ),
        nativeAllowsHttps: Type.Boolean({ default: true }),
        inferNative: Type.Boolean({ default: true }),
        webAllowsLoopback: Type.Boolean({ default: false }),
      },
      { ...strict, default: {} },
    ),
    unusedClientLifetimeSeconds: seconds(0),
  },
  strict,
)
