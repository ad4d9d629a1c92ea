import { Type } from 'typebox'
import { describedFor, objectId, scopeName } from './object-names.ts'

const strict = { additionalProperties: false }
const uri = (description: string) =>
  Type.String({ pattern: '^[A-Za-z][A-Za-z0-9+.-]*:[^\\s#]+$', accepts: 'an absolute URI without a fragment', description })
const client_id = (description: string) => Type.String({ minLength: 1, maxLength: 2048, description })

const client = Type.Object(
  {
    client_id: client_id('Of this realm.'),
    clientIdThere: Type.Optional(client_id('What that server calls it; the same, if nothing is said.')),
  },
  strict,
)

export const assertionAudienceSchema = Type.Object(
  {
    id: { ...objectId, description: 'What the audit trail calls it.' },
    issuer: uri('Its issuer identifier: what `audience` of a request names, and `aud` of the assertions.'),
    description: describedFor('people'),
    aliases: Type.Array(Type.String({ minLength: 1, maxLength: 2048, description: 'A value of `audience`.' }), {
      default: [],
      description: 'Other values of `audience` that mean it.',
    }),
    clients: Type.Array(client, { minItems: 1, maxItems: 1000, description: 'Who gets assertions for it.' }),
    resources: Type.Array(uri('A resource there.'), {
      default: [],
      description: 'Values of `resource` that a request may have.',
    }),
    scopes: Type.Array(scopeName, { default: [], description: 'Scopes of that server that a request may have.' }),
    claims: Type.Array(Type.String({ minLength: 1, maxLength: 255, description: 'A claim of the person, such as `email`.' }), {
      default: [],
      description: 'What it is told about the person, as far as it is known.',
    }),
    lifetimeSeconds: Type.Integer({ minimum: 1, maximum: 3600, default: 300, description: 'Of the assertions.' }),
    algorithm: Type.Optional(
      Type.String({ minLength: 1, description: 'Of their signatures; without it, that of the realm’s access tokens.' }),
    ),
  },
  strict,
)
