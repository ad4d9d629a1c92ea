import { Type } from 'typebox'

const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

/** How an operator writes what `meetsCondition` reads. */
export const memberConditionSchema = Type.Object(
  {
    member: Type.String({ minLength: 1, description: 'The member that is looked at.' }),
    present: Type.Optional(Type.Boolean({ description: 'Whether the member is there.' })),
    equals: Type.Optional(Type.Array(scalar, { description: 'It is one of these values.', minItems: 1 })),
    contains: Type.Optional(
      Type.Array(Type.String(), {
        description: 'One of these is an element of it, or a word in it or in one of its elements.',
        minItems: 1,
      }),
    ),
  },
  { additionalProperties: false, description: 'The condition; without present, equals and contains: that the member is there.' },
)
