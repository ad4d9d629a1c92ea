import { type Static, Type } from 'typebox'
import { realm } from './contract.ts'

const closed = { additionalProperties: false }
const time = Type.Integer({ description: 'Seconds since 1970-01-01T00:00:00Z.' })

/** A realm with what an administrator wrote. */
export const managedRealm = Type.Object(
  {
    ...Type.Partial(realm).properties,
    name: Type.String(),
    provisioned: Type.Boolean({ description: 'The configuration file owns it: here it can only be read.' }),
    served: Type.Boolean({ description: 'Whether it is there for clients; the log says why not.' }),
    definition: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: true,
          description: 'As it was written. Of a provisioned realm: what the file has taken the place of, and is not in use.',
        },
      ),
    ),
    createdAt: Type.Optional(time),
    updatedAt: Type.Optional(time),
  },
  closed,
)

export type AdministeredManagedRealm = Static<typeof managedRealm>
