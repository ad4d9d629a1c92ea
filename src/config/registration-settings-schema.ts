import { Type } from 'typebox'

const strict = { additionalProperties: false }
const scope = Type.String({ pattern: '^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$', accepts: 'a scope without spaces (RFC 6749 §3.3)' })
const rotation = (description: string) =>
  Type.Enum(['never', 'on-update', 'on-read-and-update'], { default: 'never', description })
const seconds = (fallback: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 3_153_600_000, default: fallback, description })

/**
 * What an administrator decides about registration: in the file under `registration:`, or at run time by the admin API. One
 * schema for both, so that neither accepts what the other would not. What is left out gets the careful value.
 */
export const registrationSettingsSchema = Type.Object(
  {
    enabled: Type.Boolean({ default: false, description: 'Whether there is a registration endpoint at all.' }),
    initialAccessTokenRequired: Type.Boolean({ default: true, description: '`false`: anyone may register.' }),
    initialAccessTokenScopes: Type.Array(scope, {
      default: [],
      description: 'An access token of the realm with one of these scopes counts as initial access token.',
    }),
    managementEnabled: Type.Boolean({
      default: true,
      description: 'Whether clients read and change their registration (RFC 7592).',
    }),
    deletionAllowed: Type.Boolean({ default: true, description: 'Whether clients delete their registration.' }),
    rotateRegistrationAccessToken: rotation('When the registration access token is replaced.'),
    registrationAccessTokenGraceSeconds: seconds(300, 'How long the replaced one works on, in case the answer was lost.'),
    rotateClientSecret: rotation('When the client secret is replaced.'),
    clientSecretGraceSeconds: seconds(86_400, 'How long the replaced one works on.'),
    clientSecretLifetimeSeconds: seconds(0, 'Of client secrets; 0: no end.'),
    serverMembersInUpdate: Type.Enum(['refuse', 'ignore'], {
      default: 'refuse',
      description: 'What becomes of `registration_access_token` and the like in an update, which RFC 7592 §2.2 forbids.',
    }),
    defaultScopes: Type.Array(scope, { default: [], description: 'What a client gets that names no scope.' }),
    allowedScopes: Type.Optional(
      Type.Array(scope, {
        description: 'The most that a self-registered client can have. Without it, every scope of the realm.',
      }),
    ),
    clientDefaults: Type.Object(
      {},
      { additionalProperties: true, default: {}, description: 'Client metadata for clients that leave the member out.' },
    ),
    redirectUris: Type.Object(
      {
        undottedSchemes: Type.Array(
          Type.String({ pattern: '^[a-z][a-z0-9+-]*$', accepts: 'a URI scheme without a period, such as cursor' }),
          { default: [], description: 'Private-use schemes that are accepted without the period that RFC 8252 §7.1 asks for.' },
        ),
        nativeAllowsHttps: Type.Boolean({
          default: true,
          description: 'Native clients may have https redirect URIs (RFC 8252 §7.2), also beside loopback ones.',
        }),
        inferNative: Type.Boolean({
          default: true,
          description: 'A client without `application_type` that redirects to loopback or a private-use scheme counts as native.',
        }),
        webAllowsLoopback: Type.Boolean({
          default: false,
          description: 'Web clients of the code flow may redirect to loopback.',
        }),
      },
      { ...strict, default: {}, description: 'Which redirect URIs are accepted.' },
    ),
    unusedClientLifetimeSeconds: seconds(0, 'A self-registered client that was never used is removed after this time; 0: never.'),
  },
  {
    ...strict,
    description: 'Who may register and what comes of it. Written here, the file owns it; left out, administrators do.',
  },
)
