import { type TSchema, Type } from 'typebox'
import { objectId } from './object-names.ts'

/** What happens to clients, as the audit trail calls it. */
const clientEvents = [
  'client.registered',
  'client.held',
  'client.approved',
  'client.refused',
  'client.updated',
  'client.state-changed',
  'client.deleted',
  'client.purged',
  'client.evicted',
  'client.imported',
  'client.credentials-rotated',
] as const

/** To agents, and to what they may do; only for those who ask for it. */
const agentEvents = ['agent.created', 'agent.changed', 'privilege.granted', 'privilege.changed', 'privilege.revoked'] as const

export function webhookSchema<Secret extends TSchema>(secret: Secret) {
  return Type.Object(
    {
      id: { ...objectId, description: 'What deliveries call it.' },
      url: Type.String({ minLength: 1, maxLength: 2048, description: 'https URL that events are sent to.' }),
      events: Type.Array(Type.Enum([...clientEvents, ...agentEvents]), {
        minItems: 1,
        default: [...clientEvents],
        description: 'Which ones.',
      }),
      secret,
      enabled: Type.Boolean({ default: true, description: '`false`: nothing is sent.' }),
    },
    { additionalProperties: false },
  )
}
