import {
  type Client,
  type ClientInformation,
  type JsonObject,
  type JsonValue,
  type Operation,
  type Realm,
  splitMemberName,
} from '../registration/index.ts'
import type { Dialect } from './dialects/dialect.ts'
import { dialectOfClient } from './dialects/index.ts'
import type { Asked } from './exchange.ts'
import { placesOf } from './places-of.ts'

/**
 * RFC 7591 §3.2.1: one flat object with everything that will be honoured. What is absent is left out: clients fail on
 * `null` and on `""` (DCR-RSP-10). Claims of the statement say nothing that metadata says; later members win.
 */
export function toClientInformationResponse(
  information: ClientInformation,
  { realm, dialect, baseUrl }: Pick<Asked, 'realm' | 'dialect' | 'baseUrl'>,
  operation: Operation = 'create',
): JsonObject {
  const { client, client_secret, client_secret_expires_at, registration_access_token } = information
  const answer = Object.entries(dialect.answer).map(([member, read]) => [member, read({ client, realm })] as const)
  const omitted = (dialect.omitted?.[operation] ?? []).map((member) => [member, undefined] as const)
  return withoutAbsent({
    client_id: client.client_id,
    client_secret,
    client_secret_expires_at,
    client_id_issued_at: client.client_id_issued_at,
    ...withoutOurs(client.statement?.echoed ?? {}),
    ...named(withoutOurs(client.metadata), dialect),
    ...Object.fromEntries(answer),
    ...stateMembers(client),
    registration_access_token,
    registration_client_uri: isManageable(information, realm) ? toClientUri(client, realm, baseUrl) : undefined,
    ...Object.fromEntries(omitted),
  })
}

/** As the dialect calls the members and writes their languages. */
function named(members: Members, { answerNames = {}, lowersLanguageTags }: Dialect): Members {
  const entries = Object.entries(members).map(([name, value]) => {
    const { base, tag } = splitMemberName(name)
    const ours = Object.hasOwn(answerNames, base) ? answerNames[base] : base
    const language = lowersLanguageTags === true ? tag?.toLowerCase() : tag
    return [language === undefined ? ours : `${ours}#${language}`, value] as const
  })
  return Object.fromEntries(entries)
}

/** Ours alone, whatever stands in the metadata under their names (DCR-REQ-10). */
const ourMembers: ReadonlySet<string> = new Set([
  'client_id',
  'client_secret',
  'client_secret_expires_at',
  'client_id_issued_at',
  'registration_state',
  'registration_note',
  'registration_access_token',
  'registration_client_uri',
])

/** Of a client that cannot act: that it waits, and what an administrator has told it. An active one shows neither. */
function stateMembers({ state, review }: Client): Members {
  return state === 'active' ? {} : { registration_state: state, registration_note: review?.note }
}

/**
 * RFC 7592 §3: token and address come together or not at all (DCR-RSP-13), except where ordinary access tokens manage clients
 * and the address alone is left to tell.
 */
function isManageable({ registration_access_token }: ClientInformation, { registration }: Realm): boolean {
  if (registration_access_token !== undefined) return true
  return registration.managementEnabled && registration.registrationAccessTokens === 'disabled'
}

/** Absolute, and built from what is configured: never from what a request says of its host (DCM-URL-01). */
function toClientUri(client: Client, realm: Realm, baseUrl: string): string {
  const dialect = dialectOfClient(client, realm)
  const uri = dialect.paths.registrationClientUri.replace('{client_id}', () => encodeURIComponent(client.client_id))
  return `${rootOf(dialect, realm, baseUrl)}${uri}`
}

/** A dialect with roots of its own has its paths below them, wherever the issuer is. */
function rootOf(dialect: Dialect, realm: Realm, baseUrl: string): string {
  const place = placesOf(realm).find((one) => one.dialect === dialect)
  return place === undefined || place.isIssuer ? baseUrl : `${new URL(baseUrl).origin}${place.path}`
}

type Members = Readonly<Record<string, JsonValue | undefined>>

function withoutOurs(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([member]) => !ourMembers.has(member)))
}

function withoutAbsent(members: Members): JsonObject {
  return Object.fromEntries(Object.entries(members).filter((entry): entry is [string, JsonValue] => !isAbsent(entry[1])))
}

function isAbsent(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === ''
}
