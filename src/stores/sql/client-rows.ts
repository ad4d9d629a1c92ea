import {
  type AdministrativeState,
  type Channel,
  type Client,
  type ClientMetadata,
  type Provenance,
  tokenGroupOf,
} from '../../registration/index.ts'
import type { Value } from './database.ts'
import { searched, searchedAddress, searchedProperty, searchedVersion } from './searched-columns.ts'

/** A row of `clients`. */
export interface ClientRow {
  readonly realm: string
  readonly client_id: string
  readonly issued_at: number
  readonly updated_at: number
  readonly channel: Channel
  readonly state: AdministrativeState
  readonly first_party: boolean
  readonly revision: number
  readonly first_used_at: number | null
  readonly last_used_at: number | null
  readonly metadata: ClientMetadata
  readonly secrets: Client['secrets']
  readonly registration_access_tokens: Client['registrationAccessTokens']
  readonly provenance: Provenance
  readonly locked_members: readonly string[]
  readonly admission: Admission | null
  readonly expires_at: number | null
}

/** What most clients have nothing of. */
type Admission = Partial<Pick<Client, 'boundPolicies' | 'statement' | 'review' | 'agent'>>

export const clientColumns = `realm, client_id, issued_at, updated_at, channel, state, first_party, revision, first_used_at, last_used_at,
  metadata, secrets, registration_access_tokens, provenance, locked_members, admission, expires_at`

export function clientOf(row: ClientRow): Client {
  return {
    realm: row.realm,
    client_id: row.client_id,
    client_id_issued_at: row.issued_at,
    updatedAt: row.updated_at,
    channel: row.channel,
    state: row.state,
    firstParty: row.first_party,
    metadata: row.metadata,
    secrets: row.secrets,
    registrationAccessTokens: row.registration_access_tokens,
    provenance: row.provenance,
    lockedMembers: row.locked_members,
    boundPolicies: [],
    ...row.admission,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    revision: row.revision,
    ...(row.first_used_at === null ? {} : { firstUsedAt: row.first_used_at }),
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  }
}

/** The parameters of the columns that both an insert and an update write, in the order of `writtenColumns`. */
export const writtenColumns = [
  ['updated_at', 'bigint'],
  ['channel', 'text'],
  ['state', 'text'],
  ['first_party', 'boolean'],
  ['software_id', 'text'],
  ['client_name', 'text'],
  ['revision', 'integer'],
  ['metadata', 'json'],
  ['secrets', 'json'],
  ['registration_access_tokens', 'json'],
  ['provenance', 'json'],
  ['locked_members', 'json'],
  ['admission', 'json'],
  ['expires_at', 'bigint'],
  ['pending_since', 'bigint'],
  ['address', 'inet'],
  ['token_key', 'text'],
  ['software_version', 'text'],
  ['properties', 'text[]'],
  ['agent_id', 'text'],
  ['agent_name', 'text'],
  ['agent_owners', 'text[]'],
] as const

/** `searchable`: what `Change` says. */
export function writtenValues(client: Client, searchable: readonly string[] | undefined): readonly Value[] {
  return [
    client.updatedAt,
    client.channel,
    client.state,
    client.firstParty,
    searched(client.metadata.software_id),
    searched(client.metadata.client_name),
    client.revision,
    JSON.stringify(client.metadata),
    JSON.stringify(client.secrets),
    JSON.stringify(client.registrationAccessTokens),
    JSON.stringify(client.provenance),
    JSON.stringify(client.lockedMembers),
    admissionOf(client),
    client.expiresAt,
    pendingSince(client),
    searchedAddress(client),
    tokenGroupOf(client.provenance),
    searchedVersion(client.metadata.software_version),
    searchable?.map((property) => searchedProperty(client.realm, property)),
    client.agent?.id,
    searched(client.agent?.name),
    client.agent?.owners,
  ]
}

/** Of a client that was never in force: one that waits with a change goes on waiting, and is not removed. */
function pendingSince({ state, review, updatedAt }: Client): number | undefined {
  return state !== 'pending' || review?.approved !== undefined ? undefined : (review?.since ?? updatedAt)
}

function admissionOf({ boundPolicies, statement, review, agent }: Client): string | undefined {
  if (boundPolicies.length === 0 && statement === undefined && review === undefined && agent === undefined) return undefined
  const admission: Admission = {
    boundPolicies,
    ...(statement && { statement }),
    ...(review && { review }),
    ...(agent && { agent }),
  }
  return JSON.stringify(admission)
}
