import { type Static, Type } from 'typebox'
import { registrationSettingsSchema } from './registration-settings-schema.ts'
import { secretSource } from './secret-source.ts'
import { tokenSettingsSchema } from './token-settings-schema.ts'

const strict = { additionalProperties: false }
const scope = Type.String({ pattern: '^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$', accepts: 'a scope without spaces (RFC 6749 §3.3)' })
const absoluteUri = Type.String({ pattern: '^[A-Za-z][A-Za-z0-9+.-]*:[^\\s#]+$', accepts: 'an absolute URI without a fragment' })
const on = (fallback: boolean) => Type.Boolean({ default: fallback })

const features = Type.Object(
  {
    dPoP: on(true),
    mTLS: on(false),
    pushedAuthorizationRequests: on(true),
    requestObjects: on(true),
    requestUris: on(false),
    jwtResponseModes: on(true),
    richAuthorizationRequests: on(false),
    encryption: on(false),
    introspection: on(true),
    revocation: on(true),
    rpInitiatedLogout: on(true),
    backchannelLogout: on(true),
    frontchannelLogout: on(false),
  },
  { ...strict, default: {} },
)

/** `device` and `ciba` stand for their URNs, which nobody should have to type. */
const grant = Type.Enum(['authorization_code', 'refresh_token', 'client_credentials', 'implicit', 'device', 'ciba'])

const responseType = Type.Enum([
  'code',
  'id_token',
  'token',
  'none',
  'code id_token',
  'code token',
  'id_token token',
  'code id_token token',
])

const authMethod = Type.Enum([
  'none',
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
])

const scopeDefinition = Type.Union([scope, Type.Object({ name: scope, description: Type.Optional(Type.String()) }, strict)], {
  accepts: 'a scope, or { name, description }',
})

const resource = Type.Object(
  {
    identifier: absoluteUri,
    scopes: Type.Array(scope, { default: [] }),
    accessTokenFormat: Type.Enum(['jwt', 'opaque'], { default: 'jwt' }),
    accessTokenLifetimeSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
  },
  strict,
)

const user = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 255 }),
    password: Type.Optional(secretSource),
    passwordHash: Type.Optional(Type.String({ pattern: '^\\$', accepts: 'a PHC string, such as $scrypt$…' })),
    claims: Type.Object({}, { additionalProperties: true, default: {} }),
  },
  strict,
)

/** What the operator decides goes by our names; everything else is client metadata in wire spelling (RFC 7591 §2). */
const client = Type.Object(
  {
    client_id: Type.String({ pattern: '^[\\x21-\\x7E]{1,255}$', accepts: 'a client_id of printable characters without spaces' }),
    secret: Type.Optional(secretSource),
    firstParty: on(false),
  },
  { additionalProperties: true },
)

/** An issuer and what is provisioned in it. Left out is what is safe: PKCE for everybody, no implicit grant, closed registration. */
export const realmSchema = Type.Object(
  {
    issuer: Type.Optional(Type.String()),
    dialects: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9-]*$', accepts: 'the name of a dialect' }), { default: [] }),
    registration: Type.Optional(registrationSettingsSchema),
    scopes: Type.Array(scopeDefinition, { default: ['openid', 'profile', 'email', 'offline_access'] }),
    defaultTokenScopes: Type.Array(scope, { default: [] }),
    resources: Type.Array(resource, { default: [] }),
    unknownResources: Type.Enum(['accept', 'refuse'], { default: 'refuse' }),
    defaultResource: Type.Optional(absoluteUri),
    tokens: tokenSettingsSchema,
    grants: Type.Array(grant, { default: ['authorization_code', 'refresh_token'] }),
    responseTypes: Type.Array(responseType, { default: ['code'] }),
    authMethods: Type.Array(authMethod, { default: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] }),
    authorizationDetailsTypes: Type.Array(Type.String({ minLength: 1 }), { default: [] }),
    features,
    pkce: Type.Enum(['required', 'public'], { default: 'required' }),
    signIn: Type.Enum(['form', 'http-basic'], { default: 'form' }),
    trustedCertificates: Type.Array(Type.Object({ file: Type.String({ minLength: 1 }) }, strict), { default: [] }),
    users: Type.Array(user, { default: [] }),
    clients: Type.Array(client, { default: [] }),
  },
  strict,
)

export type RealmFile = Static<typeof realmSchema>
