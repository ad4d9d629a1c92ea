import { type Static, Type } from 'typebox'
import { assertionAudienceSchema } from './objects/assertion-audience-schema.ts'
import { assertionIssuerSchema } from './objects/assertion-issuer-schema.ts'
import { directorySchema } from './objects/directory-schema.ts'
import { extendedPropertySchema } from './objects/extended-property-schema.ts'
import { identityProviderSchema } from './objects/identity-provider-schema.ts'
import { scopeName as scope } from './objects/object-names.ts'
import { policyInstanceSchema } from './objects/policy-instance-schema.ts'
import { resourceSchema } from './objects/resource-schema.ts'
import { scopeGroupSchema, scopeSchema } from './objects/scope-schemas.ts'
import { statementIssuerSchema } from './objects/statement-issuer-schema.ts'
import { trustedCaFileSchema } from './objects/trusted-ca-schema.ts'
import { webhookSchema } from './objects/webhook-schema.ts'
import { registrationSettingsSchema } from './registration-settings-schema.ts'
import { secretSource } from './secret-source.ts'
import { strictness } from './strictness-schema.ts'
import { tokenExchangeSchema } from './token-exchange-schema.ts'
import { tokenSettingsSchema } from './token-settings-schema.ts'

const strict = { additionalProperties: false }
const absoluteUriPattern = '^[A-Za-z][A-Za-z0-9+.-]*:[^\\s#]+$'
const on = (fallback: boolean, description: string) => Type.Boolean({ default: fallback, description })

const features = Type.Object(
  {
    dPoP: on(true, 'Sender-constrained tokens by DPoP (RFC 9449).'),
    mTLS: on(false, 'Client certificates: authentication and bound tokens (RFC 8705).'),
    pushedAuthorizationRequests: on(true, '`/par` (RFC 9126).'),
    requestObjects: on(true, 'Signed authorization requests by value (RFC 9101).'),
    requestUris: on(false, 'Signed authorization requests that the server fetches from the client.'),
    jwtResponseModes: on(true, 'Signed authorization responses (JARM).'),
    richAuthorizationRequests: on(false, '`authorization_details` (RFC 9396).'),
    encryption: on(false, 'Encrypted tokens, responses and request objects.'),
    introspection: on(true, '`/introspect` (RFC 7662).'),
    revocation: on(true, '`/revoke` (RFC 7009).'),
    rpInitiatedLogout: on(true, 'Clients may send people to `/logout` and back.'),
    backchannelLogout: on(true, 'Clients are told of a logout by a request.'),
    frontchannelLogout: on(false, 'Clients are told of a logout in the browser, where it lets them.'),
  },
  { ...strict, default: {}, description: 'What the realm serves besides its grants.' },
)

/** The last four stand for their URNs, which nobody should have to type. */
const grant = Type.Enum([
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'implicit',
  'device',
  'ciba',
  'token-exchange',
  'jwt-bearer',
])

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

const scopeDefinition = Type.Union([scope, scopeSchema], {
  accepts: 'a scope, or { name, description, exclusive, dynamic }',
})

const user = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 255, description: 'What the person signs in with.' }),
    password: Type.Optional({ ...secretSource, description: 'Where the password stands; this or `passwordHash`.' }),
    passwordHash: Type.Optional(
      Type.String({ pattern: '^\\$', accepts: 'a PHC string, such as $scrypt$…', description: 'The hash of the password.' }),
    ),
    claims: Type.Object(
      {},
      { additionalProperties: true, default: {}, description: 'What ID tokens and userinfo say of the person.' },
    ),
  },
  strict,
)

/** What the operator decides goes by our names; everything else is client metadata in wire spelling (RFC 7591 §2). */
const client = Type.Object(
  {
    client_id: Type.String({
      pattern: '^[\\x21-\\x7E]{1,255}$',
      accepts: 'a client_id of printable characters without spaces',
      description: 'Chosen by the operator. Every other key is client metadata in wire spelling, such as `grant_types`.',
    }),
    secret: Type.Optional({ ...secretSource, description: 'Where the client secret stands, for methods that need one.' }),
    firstParty: on(false, 'Nobody is asked for consent.'),
  },
  { additionalProperties: true },
)

const hmacSecret = { ...secretSource, description: 'Where the shared secret stands.' }
const upstreamSecret = Type.Optional({ ...secretSource, description: 'Where the client secret stands that the provider gave.' })
const signingSecret = { ...secretSource, description: 'Where the secret stands that deliveries are signed with.' }

/** What administrators can add to at run time; what stands here they can only read. */
const objects = {
  scopeGroups: Type.Array(scopeGroupSchema, { default: [], description: 'Several scopes under one name.' }),
  extendedProperties: Type.Array(extendedPropertySchema, {
    default: [],
    description: 'Members of client metadata that the operator has invented.',
  }),
  policies: Type.Array(policyInstanceSchema, {
    default: [],
    description: 'What judges registrations, in this order, before the policies that administrators have added.',
  }),
  statementIssuers: Type.Array(statementIssuerSchema(hmacSecret), {
    default: [],
    description: 'Whose software statements are believed (RFC 7591 §2.3).',
  }),
  trustedCas: Type.Array(trustedCaFileSchema, {
    default: [],
    description: 'What client certificates, and the certificates of signed statements, have to chain to.',
  }),
  assertionIssuers: Type.Array(assertionIssuerSchema, {
    default: [],
    description: 'Whose word about people is believed: other realms and foreign issuers (RFC 7523, RFC 8693, ID-JAG).',
  }),
  assertionAudiences: Type.Array(assertionAudienceSchema, {
    default: [],
    description: 'Authorization servers elsewhere that get identity assertions (ID-JAG) of this realm.',
  }),
  directories: Type.Array(
    directorySchema(Type.Optional({ ...secretSource, description: 'Where the password of `bindDn` stands.' }), {
      caFile: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'PEM file with what its certificate chains to. Without it, the public authorities.',
        }),
      ),
    }),
    { default: [], description: 'LDAP directories whose people can sign in with their passwords there.' },
  ),
  webhooks: Type.Array(webhookSchema(signingSecret), { default: [], description: 'Who is told what happens to clients.' }),
  identityProviders: Type.Array(identityProviderSchema(upstreamSecret), {
    default: [],
    description: 'OpenID Connect providers that people sign in at.',
  }),
}

/** An issuer and what is provisioned in it. Left out is what is safe: PKCE for everybody, no implicit grant, closed registration. */
export const realmSchema = Type.Object(
  {
    issuer: Type.Optional(
      Type.String({
        description:
          'Without it, realm `default` has `publicUrl`, and any other `{publicUrl}/realms/{name}`; with the dialect `pingam`, it is `{publicUrl}/am/oauth2/realms/root/realms/{name}`.',
      }),
    ),
    mtlsIssuer: Type.Optional(
      Type.String({
        description:
          'Where clients reach the realm with a certificate (RFC 8705 §5). Without it, `listen.mtls.publicUrl` stands for `publicUrl` in ' +
          'issuers that begin with that.',
      }),
    ),
    dialects: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9-]*$', accepts: 'the name of a dialect' }), {
      default: [],
      description: 'Wire formats of other servers that are served besides our own: `pingfederate`, `pingam`, `simpleidserver`.',
    }),
    ...strictness,
    registration: Type.Optional(registrationSettingsSchema),
    scopes: Type.Array(scopeDefinition, {
      default: ['openid', 'profile', 'email', 'offline_access'],
      description: 'All scopes of the realm.',
    }),
    defaultTokenScopes: Type.Array(scope, { default: [], description: 'Scopes of a token request that names none.' }),
    resources: Type.Array(resourceSchema, {
      default: [],
      description: 'Protected resources that tokens are made for (RFC 8707).',
    }),
    unknownResources: Type.Enum(['accept', 'refuse'], {
      default: 'refuse',
      description: '`accept`: any absolute URI is a resource, with all scopes of the realm.',
    }),
    defaultResource: Type.Optional(
      Type.String({
        pattern: `^issuer$|${absoluteUriPattern}`,
        accepts: 'an absolute URI without a fragment, or issuer',
        description:
          'Of requests that name none, see `resourceIndicator`; `issuer`: the realm itself, with all of its scopes. Without it, such a ' +
          'token is opaque and has no audience.',
      }),
    ),
    resourceIndicator: Type.Enum(['optional', 'defaulted', 'required'], {
      default: 'optional',
      description:
        'Of a request that names no resource. `optional`: `defaultResource` is for client credentials alone; `defaulted`: for every request ' +
        'that asks for one of its scopes; `required`: refused with `invalid_target`.',
    }),
    tokens: tokenSettingsSchema,
    tokenExchange: tokenExchangeSchema,
    grants: Type.Array(grant, {
      default: ['authorization_code', 'refresh_token'],
      description: 'Grant types; `device`, `ciba`, `token-exchange` and `jwt-bearer` stand for their URNs.',
    }),
    responseTypes: Type.Array(responseType, {
      default: ['code'],
      description:
        'Each needs its grants. `token` puts access tokens into the address bar: for software that knows nothing better.',
    }),
    hybridGrants: Type.Enum(['authorization-code-and-implicit', 'authorization-code'], {
      default: 'authorization-code-and-implicit',
      description: 'The grants that `code id_token` and the like need. Banking profiles know no grant `implicit`.',
    }),
    authMethods: Type.Array(authMethod, {
      default: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      description: 'How clients authenticate; those with `tls` need `features.mTLS`.',
    }),
    authorizationDetailsTypes: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Types of `authorization_details`; they need `features.richAuthorizationRequests`.',
    }),
    features,
    signIn: Type.Enum(['form', 'http-basic'], {
      default: 'form',
      description: 'By a page, or by HTTP Basic, at the authorization endpoint itself.',
    }),
    ...objects,
    localUsers: Type.Enum(['first', 'none'], {
      default: 'first',
      description:
        '`first`: who has a password here is judged by it, everybody else by `directories`; `none`: directories judge everybody.',
    }),
    users: Type.Array(user, { default: [], description: 'People who can sign in.' }),
    clients: Type.Array(client, { default: [], description: 'The operator’s own clients.' }),
  },
  strict,
)

export type RealmFile = Static<typeof realmSchema>
