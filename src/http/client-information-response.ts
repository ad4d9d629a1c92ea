import type { ClientInformation, JsonObject, JsonValue, Realm } from '../registration/index.ts'
import type { Dialect } from './dialects/dialect.ts'
import { dialectOfClient } from './dialects/index.ts'

/**
 * RFC 7591 §3.2.1: one flat object with everything that will be honoured. What is absent is left out: clients fail on
 * `null` and on `""` (DCR-RSP-10). The two members of RFC 7592 §3 come together or not at all (DCR-RSP-13).
 */
export function toClientInformationResponse(information: ClientInformation, realm: Realm, dialect: Dialect): JsonObject {
  const { client, client_secret, client_secret_expires_at, registration_access_token } = information
  const answer = Object.entries(dialect.answer).map(([member, read]) => [member, read({ client, realm })] as const)
  return withoutAbsent([
    ['client_id', client.client_id],
    ['client_secret', client_secret],
    ['client_secret_expires_at', client_secret_expires_at],
    ['client_id_issued_at', client.client_id_issued_at],
    ...Object.entries(client.metadata).filter(([member]) => !ourMembers.has(member)),
    ...answer,
    ['registration_access_token', registration_access_token],
    ['registration_client_uri', registration_access_token === undefined ? undefined : toClientUri(information, realm)],
  ])
}

/** Ours alone, whatever stands in the metadata under their names (DCR-REQ-10). */
const ourMembers: ReadonlySet<string> = new Set([
  'client_id',
  'client_secret',
  'client_secret_expires_at',
  'client_id_issued_at',
  'registration_access_token',
  'registration_client_uri',
])

/** Absolute, and built from the issuer: never from what a request says of its host (DCM-URL-01). */
function toClientUri({ client }: ClientInformation, realm: Realm): string {
  const form = dialectOfClient(client, realm).paths.registrationClientUri
  return `${realm.issuer}${form.replace('{client_id}', () => encodeURIComponent(client.client_id))}`
}

function withoutAbsent(entries: readonly (readonly [string, JsonValue | undefined])[]): JsonObject {
  return Object.fromEntries(entries.filter((entry): entry is [string, JsonValue] => !isAbsent(entry[1])))
}

function isAbsent(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === ''
}
