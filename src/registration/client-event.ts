import type { AuditEvent, Client, JsonObject } from './client.ts'
import type { Source } from './requests.ts'

interface Circumstances {
  readonly actor: string
  readonly source: Source
  readonly details: JsonObject
}

/** The audit event of a change to `client`, at the time that the change gave it. */
export function clientEvent(type: string, client: Client, { actor, source, details }: Circumstances): AuditEvent {
  return {
    realm: client.realm,
    type,
    at: client.updatedAt,
    actor,
    client_id: client.client_id,
    ...(source.requestId === undefined ? {} : { requestId: source.requestId }),
    ...(source.address === undefined ? {} : { address: source.address }),
    details,
  }
}
