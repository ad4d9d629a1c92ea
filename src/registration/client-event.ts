import type { AuditEvent, Client, JsonObject } from './client.ts'
import type { Source } from './requests.ts'

interface Circumstances {
  readonly actor: string
  readonly source: Source
  readonly details: JsonObject
}

/** The audit event of a change to `client`, at the time that the change gave it. It tells when the client is an agent. */
export function clientEvent(type: string, client: Client, { actor, source, details }: Circumstances): AuditEvent {
  const { agent } = client
  return {
    realm: client.realm,
    type,
    at: client.updatedAt,
    actor,
    client_id: client.client_id,
    ...(source.requestId === undefined ? {} : { requestId: source.requestId }),
    ...(source.address === undefined ? {} : { address: source.address }),
    details: agent === undefined ? details : { ...details, agent: { id: agent.id, name: agent.name } },
  }
}
