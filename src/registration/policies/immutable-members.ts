import { Type } from 'typebox'
import { changedMembers } from '../metadata/member-values.ts'
import { refusalCodeOf } from '../metadata/refusal-code-of.ts'
import { definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'immutable-members',
  summary: 'What a client was registered with, it keeps: an update cannot change, add or leave out these members.',
  cites: ['RFC 7592 §2.2', 'SSP-30', 'OBUK-RS-03', 'SEC-RAT-02'],
  concerns: 'requester',
  operations: ['update'],
  options: Type.Object(
    {
      members: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Members that cannot change, each with all its variants of other languages.',
        minItems: 1,
        default: ['redirect_uris', 'software_id'],
      }),
    },
    { additionalProperties: false },
  ),

  judge({ client, metadata }, { members }) {
    if (client === undefined) return []
    return changedMembers(client.metadata, metadata, members).map((member) =>
      refuse(refusalCodeOf(member), member, `${member} must be as it was registered; register another client to change it`),
    )
  },

  examples: {
    options: { members: ['client_name', 'redirect_uris'] },
    allows: [{}],
    refuses: [],
    cases: [
      {
        title: 'refuses a change, an addition and an omission',
        given: {
          operation: 'update',
          metadata: { client_name: 'B', 'client_name#de': 'C' },
          client: {
            client_id: 'c1',
            client_id_issued_at: 1,
            channel: 'open',
            state: 'active',
            metadata: { client_name: 'A', redirect_uris: ['https://app.example/cb'] },
          },
        },
        yields: ['refuse', 'refuse', 'refuse'],
      },
      {
        title: 'lets other members change',
        given: {
          operation: 'update',
          metadata: { client_name: 'A', contacts: ['dev@app.example'] },
          client: { client_id: 'c1', client_id_issued_at: 1, channel: 'open', state: 'active', metadata: { client_name: 'A' } },
        },
        yields: [],
      },
    ],
  },
})
