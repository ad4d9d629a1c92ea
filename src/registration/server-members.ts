import type { Client, JsonObject } from './client.ts'
import { isCurrentSecret } from './credentials/client-secret.ts'
import type { Ports } from './ports.ts'
import type { Realm } from './realm.ts'
import { refuseAll, type Violation } from './refusal.ts'

// RFC 7592 §2.2: an update must not include them.
const forbiddenMembers = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
]

/**
 * RFC 7592 §2.2: `client_id` is there and the client's own; a `client_secret`, if sent, is the current one; the members that
 * only the server issues are absent, unless the realm is lenient with clients that send back all they were told.
 */
export function checkServerMembers(body: JsonObject, client: Client, realm: Realm, ports: Pick<Ports, 'vault' | 'now'>): void {
  const lenient = realm.registration.serverMembersInUpdate === 'ignore'
  refuseAll([
    ...(body['client_id'] === client.client_id
      ? []
      : [violation('client_id', 'must be the client_id of the client that is updated')]),
    ...(isAcceptableSecret(body['client_secret'], client, ports)
      ? []
      : [violation('client_secret', 'must be the current secret or be left out; a client cannot choose its own')]),
    ...forbiddenMembers
      .filter((member) => !lenient && body[member] !== undefined)
      .map((member) => violation(member, 'is issued by the server and must be left out of an update')),
  ])
}

function isAcceptableSecret(value: JsonObject[string] | undefined, client: Client, ports: Pick<Ports, 'vault' | 'now'>): boolean {
  if (value === undefined || value === null) return true
  return typeof value === 'string' && isCurrentSecret(client, value, { vault: ports.vault, now: ports.now() })
}

function violation(member: string, rest: string): Violation {
  return { code: 'invalid_client_metadata', member, reason: `${member} ${rest}` }
}
