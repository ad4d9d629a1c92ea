import type { Client, ClientMetadata, JsonValue, StoredSecret } from './client.ts'
import { clientEvent } from './client-event.ts'
import { isCurrentSecret } from './credentials/client-secret.ts'
import { jsonEqual } from './json-equal.ts'
import { changedMembers, type Judgement, judgeMetadata, judgeWithoutDocuments } from './judge-metadata.ts'
import { findMember, needsClearSecret, needsSecret, splitMemberName } from './metadata/index.ts'
import { violation } from './metadata/violation.ts'
import { ClientExists, type Ports, RevisionConflict } from './ports.ts'
import type { Realm } from './realm.ts'
import { Refusal, refuseAll, violationsOf } from './refusal.ts'
import { standardDialect } from './requests.ts'

/** A client of the configuration file: its id and secret are the operator's, everything else is judged like any other. */
export interface ProvisionedClient {
  readonly client_id: string
  readonly client_secret?: string
  readonly firstParty: boolean
  readonly metadata: ClientMetadata
}

/** Idempotent: a client that is already as the file says is left alone. @throws Refusal when it could not be registered. */
export async function provisionClient(realm: Realm, wanted: ProvisionedClient, ports: Ports): Promise<void> {
  const { metadata } = await judgeMetadata(judgementOf(realm, wanted), ports)
  refuseMissingSecret(wanted, metadata)
  ports.engine.accept(realm, wanted.client_id, metadata)
  const current = await ports.store.findClient(realm.name, wanted.client_id)
  if (current === undefined) return insert(realm, wanted, metadata, ports)
  if (isAsWanted(current, wanted, metadata, ports)) return
  await replace(current, wanted, metadata, ports)
}

/** What can be said before anything runs, such as by `config check`. @throws Refusal with every reason. */
export function checkProvisionedClient(realm: Realm, wanted: ProvisionedClient): void {
  const unknown = Object.keys(wanted.metadata).filter((name) => !isClientMetadata(name))
  refuseAll([
    ...unknown.map((member) => violation(member, 'is no client metadata that is known here')),
    ...violationsOf(() => refuseMissingSecret(wanted, judgeWithoutDocuments(judgementOf(realm, wanted)).metadata)),
  ])
}

function judgementOf(realm: Realm, { metadata }: ProvisionedClient): Judgement {
  return { realm: withoutCeiling(realm), dialect: standardDialect, body: metadata as JsonValue, defaults: {}, locked: {} }
}

function isClientMetadata(name: string): boolean {
  return findMember(splitMemberName(name).base) !== undefined
}

/** The ceiling on scopes is for clients that register themselves; the operator's own may have every scope of the realm. */
function withoutCeiling(realm: Realm): Realm {
  const { allowedScopes: _, ...registration } = realm.registration
  return { ...realm, registration }
}

async function insert(realm: Realm, wanted: ProvisionedClient, metadata: ClientMetadata, ports: Ports): Promise<void> {
  const now = ports.now()
  const client: Client = {
    realm: realm.name,
    client_id: wanted.client_id,
    client_id_issued_at: now,
    updatedAt: now,
    channel: 'provisioned',
    state: 'active',
    firstParty: wanted.firstParty,
    metadata,
    secrets: secretsOf(wanted, metadata, ports),
    registrationAccessTokens: [],
    provenance: {},
    lockedMembers: [],
    boundPolicies: [],
    revision: 1,
  }
  const event = clientEvent('client.provisioned', client, { actor: 'configuration', source: {}, details: {} })
  await ignoreOtherNode(ports.store.commit({ realm: realm.name, insert: client, at: now, event }))
}

async function replace(current: Client, wanted: ProvisionedClient, metadata: ClientMetadata, ports: Ports): Promise<void> {
  const now = ports.now()
  const client: Client = {
    ...current,
    channel: 'provisioned',
    firstParty: wanted.firstParty,
    metadata,
    secrets: secretsOf(wanted, metadata, ports),
    updatedAt: now,
    revision: current.revision + 1,
  }
  const details = { changed: changedMembers(current.metadata, metadata) }
  const event = clientEvent('client.provisioned', client, { actor: 'configuration', source: {}, details })
  const change = { realm: current.realm, replace: { client, ifRevision: current.revision }, at: now, event }
  await ignoreOtherNode(ports.store.commit(change))
}

/** Several nodes start at once with the same file: who comes second finds the work done. */
async function ignoreOtherNode(commit: Promise<void>): Promise<void> {
  try {
    await commit
  } catch (error) {
    if (!(error instanceof ClientExists || error instanceof RevisionConflict)) throw error
  }
}

function isAsWanted(current: Client, wanted: ProvisionedClient, metadata: ClientMetadata, { vault, now }: Ports): boolean {
  const secret = wanted.client_secret
  return (
    current.channel === 'provisioned' &&
    current.firstParty === wanted.firstParty &&
    jsonEqual(current.metadata as JsonValue, metadata as JsonValue) &&
    (secret === undefined ? current.secrets.length === 0 : isCurrentSecret(current, secret, { vault, now: now() }))
  )
}

function secretsOf(
  { client_secret }: ProvisionedClient,
  metadata: ClientMetadata,
  { vault, now }: Ports,
): readonly StoredSecret[] {
  if (client_secret === undefined) return []
  const form = needsClearSecret(metadata) ? { sealed: vault.seal(client_secret) } : { digest: vault.digest(client_secret) }
  return [{ ...form, issuedAt: now(), expiresAt: 0 }]
}

function refuseMissingSecret({ client_id, client_secret }: ProvisionedClient, metadata: ClientMetadata): void {
  if (!needsSecret(metadata) || client_secret !== undefined) return
  const method = metadata.token_endpoint_auth_method ?? 'client_secret_basic'
  throw new Refusal('invalid_client_metadata', `client ${client_id} authenticates with ${method} and needs a secret`, {
    member: 'client_secret',
  })
}
