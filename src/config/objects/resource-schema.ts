import { Type } from 'typebox'
import { describedFor, objectId, scopeName } from './object-names.ts'

const absoluteUri = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9+.-]*:[^\\s#]+$',
  maxLength: 2048,
  accepts: 'an absolute URI without a fragment',
})

/** A protected resource, in the file and in the admin API. */
export const resourceSchema = Type.Object(
  {
    id: Type.Optional({ ...objectId, description: 'What paths call it. Without it, made of the identifier.' }),
    identifier: { ...absoluteUri, description: 'What `resource` of a request names, and the audience of its tokens.' },
    aliases: Type.Optional(
      Type.Array(absoluteUri, { description: 'Other names for it in requests; its tokens carry the identifier all the same.' }),
    ),
    name: describedFor('people, on consent pages and in its metadata'),
    description: describedFor('administrators'),
    documentation: Type.Optional(
      Type.String({ maxLength: 2048, description: 'Where developers read about it: `resource_documentation` of its metadata.' }),
    ),
    scopes: Type.Array(scopeName, { default: [], description: 'Scopes that its tokens can have; scopes of the realm.' }),
    accessTokenFormat: Type.Enum(['jwt', 'opaque'], {
      default: 'jwt',
      description: 'A JWT that the resource checks by itself, or a value that it has introspected.',
    }),
    accessTokenLifetimeSeconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 86_400, description: 'Of its access tokens, instead of the realm’s.' }),
    ),
    accessTokenSigningAlgorithm: Type.Optional(
      Type.Enum(['RS256', 'PS256', 'ES256', 'EdDSA'], { description: 'Of its JWT access tokens, instead of the realm’s.' }),
    ),
    bearerMethods: Type.Optional(
      Type.Array(Type.Enum(['header', 'body', 'query']), {
        minItems: 1,
        description: 'How it takes bearer tokens (RFC 6750 §2), as its metadata tells; without it, in the header.',
      }),
    ),
    boundTokens: Type.Optional(
      Type.Enum(['optional', 'dpop', 'certificate', 'any'], {
        description:
          'Whether its tokens must be bound: to a key (`dpop`, RFC 9449), to a client certificate (RFC 8705), or to either (`any`).',
      }),
    ),
    introspectionClient: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: '`client_id` that it introspects its tokens with: nobody else may, their own clients aside.',
      }),
    ),
    publishMetadata: Type.Optional(Type.Boolean({ description: 'Serve its metadata document (RFC 9728).' })),
  },
  { additionalProperties: false },
)
