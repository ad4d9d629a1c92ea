import { type TSchema, Type } from 'typebox'
import { describedFor, objectId } from './object-names.ts'

const strict = { additionalProperties: false }
const text = (description: string) => Type.String({ minLength: 1, maxLength: 2048, description })
const precedence = Type.Enum(['statement-wins', 'must-equal', 'subset', 'intersect'])
const algorithm = Type.Enum([
  ...['PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'EdDSA'],
  ...['HS256', 'HS384', 'HS512'],
])

/** How a file and the admin API describe a statement issuer; they differ in how a secret is given. */
export function statementIssuerSchema<Secret extends TSchema>(secret: Secret) {
  return Type.Object(
    {
      id: { ...objectId, description: 'What the audit trail calls it.' },
      issuer: text('Exactly the `iss` of its statements.'),
      description: describedFor('people'),
      keys: keysOf(secret),
      algorithms: Type.Array(algorithm, {
        minItems: 1,
        default: ['PS256', 'ES256'],
        description: 'Of its signatures; HS* with a secret alone.',
      }),
      allowUnsigned: Type.Boolean({
        default: false,
        description: 'Accept unsigned statements (`alg` none). Whoever can send one can then say anything in its name.',
      }),
      type: Type.Optional(text('Expected `typ` of the header, without `application/`. Without it, not looked at.')),
      audience: Type.Enum(['ignored', 'optional', 'required'], { default: 'optional', description: 'Whether `aud` counts.' }),
      audiences: Type.Array(text('A value of `aud`.'), {
        default: [],
        description: 'Accepted values of `aud` besides the issuer of the realm.',
      }),
      ...times,
      replay: Type.Enum(['allowed', 'refused'], {
        default: 'allowed',
        description: '`refused`: `jti` is required, and a statement admits one client, once.',
      }),
      ...claims,
    },
    strict,
  )
}

function keysOf<Secret extends TSchema>(secret: Secret) {
  return Type.Union(
    [
      Type.Object(
        {
          kind: Type.Literal('jwks', { description: 'Keys that are given here.' }),
          jwks: Type.Object({}, { additionalProperties: true, description: 'JWK Set with public keys.' }),
        },
        strict,
      ),
      Type.Object(
        {
          kind: Type.Literal('jwks-uri', { description: 'Keys that are fetched.' }),
          jwksUri: text('Where the JWK Set is.'),
          revokedJwksUri: Type.Optional(text('Where the set of revoked keys is.')),
        },
        strict,
      ),
      Type.Object(
        {
          kind: Type.Literal('certificates', { description: 'A chain in the header (`x5c`).' }),
          trustedCas: Type.Array(objectId, {
            default: [],
            description: 'Ids of trusted CAs that it may lead to; empty: to any.',
          }),
          subject: Type.Optional(
            text('Whose certificate it has to be (RFC 4514). Without it, everybody whom the CAs vouch for can sign.'),
          ),
        },
        strict,
      ),
      Type.Object({ kind: Type.Literal('secret', { description: 'HMAC with a shared secret.' }), secret }, strict),
    ],
    {
      accepts: 'keys of kind jwks, jwks-uri, certificates or secret, such as { kind: jwks-uri, jwksUri: URL }',
      description: 'What its signatures are verified with.',
    },
  )
}

const times = {
  maxAgeSeconds: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 315_360_000, description: 'Since `iat`. Without it, any age.' }),
  ),
  requireExpiry: Type.Boolean({ default: false, description: 'Whether `exp` must be there. It counts where it is.' }),
  clockSkewSeconds: Type.Integer({ minimum: 0, maximum: 300, default: 30, description: 'By which clocks may differ.' }),
}

const claims = {
  requiredClaims: Type.Record(Type.String(), Type.Enum(['any', 'string', 'array', 'object', 'number', 'boolean']), {
    default: {},
    description: 'Claims that must be there, with the JSON type of each.',
  }),
  claimMap: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
    default: {},
    description: 'Claim (dotted where nested) to client metadata member. Claims that are called like members need no entry.',
  }),
  statusChecks: Type.Array(
    Type.Object(
      {
        claim: text('The claim, dotted where nested.'),
        accepted: Type.Array(Type.String(), { minItems: 1, description: 'Its accepted values.' }),
      },
      strict,
    ),
    { default: [], description: 'Claims that tell whether the software is approved at all.' },
  ),
  precedence: { ...precedence, default: 'statement-wins', description: 'How statement and request agree about a member.' },
  memberPrecedence: Type.Record(Type.String(), precedence, {
    default: {},
    description: 'The same for single members.',
  }),
  echo: Type.Union([Type.Enum(['all', 'mapped']), Type.Array(Type.String({ minLength: 1 }))], {
    default: 'mapped',
    accepts: 'all, mapped, or a list of claims',
    description: 'Claims that answers show besides the metadata.',
  }),
}
