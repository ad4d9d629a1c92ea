import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }
const time = Type.Integer({ description: 'Seconds since 1970-01-01T00:00:00Z.' })

const realmBehind = Type.Object(
  {
    realm: Type.String(),
    runs: Type.Optional(Type.Integer({ description: 'Absent: the node does not have the realm.' })),
    current: Type.Integer(),
    reason: Type.Enum(['revision', 'file'], {
      description: 'revision: a change is still to be taken over; file: its configuration file says something else.',
    }),
  },
  closed,
)

export const node = Type.Object(
  {
    id: Type.String({ description: 'Another one after every start.' }),
    version: Type.String(),
    address: Type.String({ description: 'Its host and the port of its public listener.' }),
    publicUrl: Type.String(),
    startedAt: time,
    seenAt: time,
    state: Type.Enum(['current', 'behind', 'lost'], {
      description: 'lost: it has not been heard of for 15 seconds, and did not stop in order.',
    }),
    revisions: Type.Record(Type.String(), Type.Integer(), {
      description: 'Which revision of each realm it runs; of the first 100 realms by name.',
    }),
    behind: Type.Array(realmBehind, { description: 'Where it runs another revision than the current one; at most 100.' }),
  },
  closed,
)

export const nodeQuery = Type.Object(
  {
    realm: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, pattern: '^[^\\u0000]+$', description: 'Looks at this realm alone.' }),
    ),
  },
  closed,
)

export type AdministeredNode = Static<typeof node>
