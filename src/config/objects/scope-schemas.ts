import { Type } from 'typebox'
import { describedFor, scopeName } from './object-names.ts'

const strict = { additionalProperties: false }
const exclusive = Type.Boolean({ default: false, description: 'No client has it unless it was granted; the others are common.' })

export const scopeSchema = Type.Object(
  {
    name: { ...scopeName, description: 'As it stands in requests.' },
    description: describedFor('consent pages'),
    exclusive,
    dynamic: Type.Boolean({
      default: false,
      description: 'The name is a pattern with one `*`, which stands for one character or more.',
    }),
  },
  strict,
)

export const scopeGroupSchema = Type.Object(
  {
    name: { ...scopeName, description: 'As it stands in requests and tokens.' },
    description: describedFor('consent pages'),
    exclusive,
    scopes: Type.Array(scopeName, { minItems: 1, description: 'Static scopes of the realm; groups are not nested.' }),
  },
  strict,
)
