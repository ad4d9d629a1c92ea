import { Type } from 'typebox'
import { objectId } from './object-names.ts'

export const policyInstanceSchema = Type.Object(
  {
    id: { ...objectId, description: 'What tokens, previews and the audit trail call it.' },
    policy: Type.String({ minLength: 1, maxLength: 255, description: 'The name of the policy type.' }),
    options: Type.Object({}, { additionalProperties: true, default: {}, description: 'As the policy type has them.' }),
    enabled: Type.Boolean({ default: true, description: '`false`: it judges nobody.' }),
    onlyBound: Type.Boolean({
      default: false,
      description: 'Only for clients whose initial access token names it.',
    }),
    channels: Type.Optional(
      Type.Array(
        Type.Enum([
          'open',
          'initial-access-token',
          'software-statement',
          'certificate',
          'metadata-document',
          'administrator',
          'provisioned',
        ]),
        { minItems: 1, description: 'Only for clients that came these ways.' },
      ),
    ),
  },
  { additionalProperties: false },
)
