import { Type } from 'typebox'

/** `order` is what lies beside the policies in the admin API. */
const policyId = Type.String({
  pattern: '^(?!order$)[A-Za-z0-9][A-Za-z0-9._-]{0,254}$',
  accepts: 'an id of letters, digits, periods, hyphens and underscores, but not "order"',
})

export const policyInstanceSchema = Type.Object(
  {
    id: { ...policyId, description: 'What tokens, previews and the audit trail call it.' },
    policy: Type.String({ minLength: 1, maxLength: 255, description: 'The name of the policy type.' }),
    options: Type.Object({}, { additionalProperties: true, default: {}, description: 'As the policy type has them.' }),
    enabled: Type.Boolean({ default: true, description: '`false`: it judges nobody.' }),
    onlyBound: Type.Boolean({
      default: false,
      description: 'Only for clients whose initial access token names it.',
    }),
    appliesTo: Type.Optional(
      Type.Enum(['agents', 'others'], { description: 'Only for agents, or only for clients that are none.' }),
    ),
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
