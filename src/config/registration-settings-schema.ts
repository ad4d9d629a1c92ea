import { Type } from 'typebox'

const strict = { additionalProperties: false }
const scope = Type.String({ pattern: '^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$', accepts: 'a scope without spaces (RFC 6749 §3.3)' })
const rotation = (description: string) =>
  Type.Enum(['never', 'on-update', 'on-read-and-update'], { default: 'never', description })
const seconds = (fallback: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 3_153_600_000, default: fallback, description })

const softwareStatementSettings = Type.Object(
  {
    required: Type.Boolean({ default: false, description: 'Whether nobody registers without one.' }),
    onUpdate: Type.Enum(['accept', 'require', 'refuse'], {
      default: 'accept',
      description: 'Whether an update may, must or must not bring one. The one that a client has stays in force.',
    }),
    requiredClaims: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
      default: [],
      description:
        'Claims that every statement must have, such as `redirect_uris`, besides those that its issuer’s entry requires.',
    }),
  },
  { ...strict, default: {}, description: 'Software statements (RFC 7591 §2.3).' },
)

const signedRequestSettings = Type.Object(
  {
    accepted: Type.Enum(['never', 'also', 'only'], {
      default: 'never',
      description: 'Requests as signed JWT (`application/jwt`): not at all, beside JSON, or only.',
    }),
    algorithms: Type.Array(Type.Enum(['PS256', 'ES256', 'RS256', 'EdDSA', 'PS384', 'PS512', 'ES384', 'ES512']), {
      default: ['PS256', 'ES256'],
      minItems: 1,
      description: 'Of the outer signature.',
    }),
    issuerClaim: Type.Optional(
      Type.String({ minLength: 1, description: 'The claim of the statement that `iss` must equal, such as `software_id`.' }),
    ),
    revokedKeysClaim: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The claim of the statement with the URL of revoked keys, such as `software_jwks_revoked_endpoint`.',
      }),
    ),
    audiences: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Accepted values of `aud` besides the issuer.',
    }),
    audienceRequired: Type.Boolean({ default: true, description: 'Whether `aud` must be there.' }),
    lifetimeSecondsMax: Type.Integer({ minimum: 1, maximum: 86_400, default: 600, description: 'From `iat` to `exp` at most.' }),
    clockSkewSeconds: Type.Integer({ minimum: 0, maximum: 300, default: 30, description: 'By which clocks may differ.' }),
    jti: Type.Enum(['optional', 'required', 'single-use'], {
      default: 'single-use',
      description: 'Whether `jti` must be there, and is accepted once only.',
    }),
    jtiFormat: Type.Enum(['any', 'uuid'], { default: 'any', description: '`uuid`: one of version 4.' }),
  },
  { ...strict, default: {}, description: 'Signed registration requests.' },
)

/**
 * What an administrator decides about registration: in the file under `registration:`, or at run time by the admin API. One
 * schema for both, so that neither accepts what the other would not. What is left out gets the careful value.
 */
export const registrationSettingsSchema = Type.Object(
  {
    enabled: Type.Boolean({ default: false, description: 'Whether there is a registration endpoint at all.' }),
    initialAccessTokenRequired: Type.Boolean({ default: true, description: '`false`: anyone may register.' }),
    agentsAllowed: Type.Boolean({
      default: true,
      description: 'Whether agents register themselves as well, at `/register-agent`, on the terms of other clients.',
    }),
    initialAccessTokenScopes: Type.Array(scope, {
      default: [],
      description: 'An access token of the realm with one of these scopes or scope groups counts as initial access token.',
    }),
    managementEnabled: Type.Boolean({
      default: true,
      description: 'Whether clients read and change their registration (RFC 7592).',
    }),
    registrationAccessTokens: Type.Enum(['issued', 'unless-open', 'disabled'], {
      default: 'issued',
      description:
        '`unless-open`: a client that registers with nothing to show gets none. `disabled`: management is authorised by policies alone, and needs one that guards it.',
    }),
    unknownClientRevokesToken: Type.Boolean({
      default: false,
      description: 'With `disabled`: an access token that asks for a client which is not there is revoked (RFC 7592 §2.1).',
    }),
    deletionAllowed: Type.Boolean({ default: true, description: 'Whether clients delete their registration.' }),
    tokensAfterDeletion: Type.Enum(['end', 'run-out'], {
      default: 'end',
      description:
        'Of a client that deletes itself. `run-out`: JWT access tokens that it got for itself are active until they expire, for introspection too.',
    }),
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
    addedScopes: Type.Array(scope, {
      default: [],
      description: 'What every self-registered client gets besides: it may ask for these later, without another registration.',
    }),
    allowedScopes: Type.Optional(
      Type.Array(scope, {
        description: 'Common scopes and groups that a self-registered client can have at most. Without it, all of them.',
      }),
    ),
    allowedExclusiveScopes: Type.Array(scope, {
      default: [],
      description: 'Exclusive scopes and groups that a self-registered client can ask for.',
    }),
    unknownScopes: Type.Enum(['narrow', 'refuse'], {
      default: 'narrow',
      description: 'What becomes of a request for scopes that a client cannot have beside others that it can.',
    }),
    omittedScope: Type.Enum(['default-scopes', 'common-scopes'], {
      default: 'default-scopes',
      description: 'What a client gets that names no scope: `defaultScopes`, or every common scope that it could have.',
    }),
    softwareStatements: softwareStatementSettings,
    signedRequests: signedRequestSettings,
    clientCertificateIssuer: Type.Object(
      {
        rule: Type.Enum(['none', 'any', 'one'], {
          default: 'any',
          description: '`none`: nobody registers for it; `any`: every trusted CA of the realm; `one`: `trustedCa`.',
        }),
        trustedCa: Type.Optional(Type.String({ minLength: 1, description: 'Id of a trusted CA, with the rule `one`.' })),
      },
      {
        ...strict,
        default: {},
        description: 'Whose certificates self-registered clients can authenticate with (`tls_client_auth`).',
      },
    ),
    memberAliases: Type.Optional(
      Type.Record(Type.String(), Type.String({ minLength: 1 }), {
        description: 'Other names of members in requests, and the member that each means.',
      }),
    ),
    valueAliases: Type.Optional(
      Type.Record(Type.String(), Type.Record(Type.String(), Type.String({ minLength: 1 })), {
        description: 'Other values in requests, by member, such as `application_type: { mobile: native }`.',
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
        logoutAllowsLoopback: Type.Boolean({
          default: false,
          description: 'Web clients may have `post_logout_redirect_uris` on loopback.',
        }),
      },
      { ...strict, default: {}, description: 'Which redirect URIs are accepted.' },
    ),
    unusableMetadata: Type.Enum(['refuse', 'accept'], {
      default: 'refuse',
      description:
        'Algorithms whose keys are not there yet, and sender-constrained tokens in the address bar: `accept` leaves them to fail in use.',
    }),
    sectorDocuments: Type.Enum(['always', 'pairwise'], {
      default: 'always',
      description:
        'When the document at `sector_identifier_uri` has to be there: `always`, or for `subject_type` pairwise alone.',
    }),
    unusedClientLifetimeSeconds: seconds(0, 'A self-registered client that was never used is removed after this time; 0: never.'),
    pendingClientLifetimeSeconds: seconds(0, 'A client that waits for approval is removed after this time; 0: never.'),
  },
  {
    ...strict,
    description: 'Who may register and what comes of it. Written here, the file owns it; left out, administrators do.',
  },
)
