import { Type } from 'typebox'
import { describedFor } from './object-names.ts'

export const extendedPropertySchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,127}$',
      accepts: 'a name of letters, digits, underscores, periods and hyphens that begins with a letter',
      description: 'As it stands in registration requests.',
    }),
    description: describedFor('people'),
    multiValued: Type.Boolean({ default: false, description: 'An array of texts instead of one text.' }),
    required: Type.Boolean({ default: false, description: 'Nobody registers without it.' }),
    format: Type.Enum(['text', 'https-uri', 'email', 'integer', 'boolean'], { default: 'text', description: 'Of each value.' }),
    values: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 4096 }), {
        minItems: 1,
        description: 'The only values that are accepted.',
      }),
    ),
    charactersMax: Type.Integer({ minimum: 1, maximum: 4096, default: 1024, description: 'Of each value.' }),
    tokenClaim: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        pattern: '^[\\x21-\\x7E]+$',
        accepts: 'the name of a claim',
        description:
          'The claim that access tokens of the client carry it under. What software says of itself, unless a policy or a statement decides it.',
      }),
    ),
    errorCode: Type.Optional(
      Type.Enum(
        [
          'invalid_client_metadata',
          'invalid_redirect_uri',
          'invalid_software_statement',
          'unapproved_software_statement',
          'invalid_webhook_uris',
        ],
        { description: 'What a bad value is refused with; `invalid_client_metadata` unless given.' },
      ),
    ),
  },
  { additionalProperties: false },
)
