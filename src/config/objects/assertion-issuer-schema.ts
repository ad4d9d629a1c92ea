import { Type } from 'typebox'
import { describedFor, objectId, scopeName } from './object-names.ts'

const strict = { additionalProperties: false }
const text = (description: string) => Type.String({ minLength: 1, maxLength: 2048, description })
const day = 86_400

/** HS* is not among them: a secret that both sides have proves nobody’s word (RFC 8725 §2.1). */
const algorithm = Type.Enum(['PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'EdDSA'])

const keys = Type.Union(
  [
    Type.Object(
      {
        kind: Type.Literal('jwks', { description: 'Keys that are given here.' }),
        jwks: Type.Object({}, { additionalProperties: true, description: 'JWK Set with public keys.' }),
      },
      strict,
    ),
    Type.Object(
      { kind: Type.Literal('jwks-uri', { description: 'Keys that are fetched.' }), jwksUri: text('Where the JWK Set is.') },
      strict,
    ),
    Type.Object(
      {
        kind: Type.Literal('realm', { description: 'Keys of another realm of this server.' }),
        realm: text('Its name. Its tokens count only as long as they are alive there.'),
      },
      strict,
    ),
  ],
  {
    accepts: 'keys of kind jwks, jwks-uri or realm, such as { kind: jwks-uri, jwksUri: URL }',
    description: 'What its signatures are verified with.',
  },
)

const subject = Type.Union(
  [
    Type.Object(
      {
        kind: Type.Literal('foreign', {
          description: 'Somebody without an account: `sub` is a digest of issuer and subject, and tells no name.',
        }),
      },
      strict,
    ),
    Type.Object(
      {
        kind: Type.Literal('identity-provider', {
          description: 'The account that the subject signs in to by an identity provider of the realm; once at least.',
        }),
        provider: { ...objectId, description: 'Its id. It has the same issuer.' },
      },
      strict,
    ),
    Type.Object({ kind: Type.Literal('account-id', { description: 'The account of this realm with that very id.' }) }, strict),
    Type.Object(
      {
        kind: Type.Literal('username', { description: 'The account whose user name a claim has.' }),
        claim: Type.String({ minLength: 1, maxLength: 255, default: 'sub', description: 'The claim, such as `email`.' }),
        emailDomains: Type.Array(
          Type.String({ pattern: '^[a-z0-9-]+(\\.[a-z0-9-]+)+$', accepts: 'a domain in lower case, such as example.com' }),
          { default: [], description: 'Domains that the issuer speaks for; `email` counts in these alone.' },
        ),
      },
      strict,
    ),
    Type.Object(
      {
        kind: Type.Literal('table', { description: 'The account that stands beside the subject.' }),
        accounts: Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 255 }), {
          description: 'Subject to user name.',
        }),
      },
      strict,
    ),
  ],
  {
    default: { kind: 'foreign' },
    accepts:
      'a mapping of kind foreign, identity-provider, account-id, username or table, such as { kind: username, claim: preferred_username }',
    description: 'Who a subject of the issuer is here. No account is ever made.',
  },
)

const times = {
  maxAgeSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: day, description: 'Since `iat`. Without it, any age.' })),
  lifetimeMaxSeconds: Type.Integer({
    minimum: 1,
    maximum: day,
    default: 3600,
    description: 'How far `exp` may lie in the future, so that nobody makes an assertion that never ends.',
  }),
  clockSkewSeconds: Type.Integer({ minimum: 0, maximum: 300, default: 30, description: 'By which clocks may differ.' }),
}

export const assertionIssuerSchema = Type.Object(
  {
    id: { ...objectId, description: 'What the audit trail calls it.' },
    issuer: text('Exactly the `iss` of its assertions.'),
    description: describedFor('people'),
    keys,
    algorithms: Type.Array(algorithm, {
      minItems: 1,
      default: ['ES256', 'PS256', 'RS256', 'EdDSA'],
      description: 'Of its signatures.',
    }),
    uses: Type.Array(Type.Enum(['token-exchange', 'jwt-bearer', 'id-jag']), {
      minItems: 1,
      description:
        'What its assertions are good for: `subject_token` and `actor_token` (RFC 8693), the JWT bearer grant (RFC 7523), identity assertions in that grant (ID-JAG).',
    }),
    clients: Type.Union(
      [Type.Literal('any'), Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { minItems: 1, maxItems: 1000 })],
      {
        accepts: 'any, or a list of client_ids',
        description: 'Clients that may bring its assertions; `any`: all that are registered for the grant.',
      },
    ),
    publicClients: Type.Boolean({
      default: false,
      description: 'Clients that cannot authenticate may bring its assertions too.',
    }),
    scopes: Type.Array(scopeName, {
      default: [],
      description: 'Scopes that tokens from its assertions can have. An assertion with a `scope` of its own narrows them.',
    }),
    audiences: Type.Array(text('A value of `aud`.'), {
      default: [],
      description: 'Accepted values of `aud` besides the issuer of the realm and its token endpoint; not of ID-JAGs.',
    }),
    ...times,
    replay: Type.Enum(['allowed', 'refused'], {
      default: 'refused',
      description: '`refused`: an assertion needs a `jti`, and gets one token. Of no consequence for tokens that are exchanged.',
    }),
    requiredClaims: Type.Record(Type.String(), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }), {
      default: {},
      description: 'Claims that must be there, each with one of these values, such as `tenant`.',
    }),
    subject,
    tokenLifetimeSeconds: Type.Integer({
      minimum: 1,
      maximum: day,
      default: 3600,
      description: 'The longest life of tokens from its assertions. Those from an exchange end with what they were made from.',
    }),
  },
  strict,
)
