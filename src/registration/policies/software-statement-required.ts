import { Type } from 'typebox'
import { oneOf } from '../metadata/echo.ts'
import { definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'software-statement-required',
  summary: 'Nobody registers without a software statement of an issuer that the operator accepts.',
  cites: ['RFC 7591 §2.3', 'SSP-02', 'SSP-30', 'OFBR-04', 'OFBR-25', 'CDR-01', 'OBUK-RQ-13'],
  concerns: 'requester',
  options: Type.Object(
    {
      issuers: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Values of iss that are accepted, among those of the statement issuers of the realm; none: all of them.',
        default: [],
      }),
      onUpdate: Type.Enum(['again', 'in-force'], {
        description: 'again: an update brings a statement. in-force: the one that the client was registered with will do.',
        default: 'in-force',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ operation, statement }, { issuers, onUpdate }) {
    const isStale = operation === 'update' && onUpdate === 'again' && statement?.isNew !== true
    if (statement === undefined || isStale) {
      const from = issuers.length === 0 ? 'an issuer that this realm trusts' : oneOf(issuers)
      return [refuse('software_statement_required', 'software_statement', `software_statement must be there, from ${from}`)]
    }
    if (issuers.length === 0 || issuers.includes(statement.issuer)) return []
    return [refuse('unapproved_software_statement', 'software_statement', `software_statement must be from ${oneOf(issuers)}`)]
  },

  examples: {
    options: { issuers: ['https://directory.example'], onUpdate: 'in-force' },
    allows: [],
    refuses: [{}, { software_id: 'claimed', software_statement: 'not.verified.here' }],
    cases: [
      {
        title: 'accepts a statement of the issuer',
        given: { statement: { issuer: 'https://directory.example', claims: {}, isNew: true } },
        yields: [],
      },
      {
        title: 'refuses a statement of another issuer',
        given: { statement: { issuer: 'https://other.example', claims: {}, isNew: true } },
        yields: ['refuse'],
      },
      {
        title: 'lets the statement of the registration do for an update',
        given: { operation: 'update', statement: { issuer: 'https://directory.example', claims: {}, isNew: false } },
        yields: [],
      },
      {
        title: 'wants the statement again in an update',
        options: { issuers: [], onUpdate: 'again' },
        given: { operation: 'update', statement: { issuer: 'https://directory.example', claims: {}, isNew: false } },
        yields: ['refuse'],
      },
    ],
  },
})
