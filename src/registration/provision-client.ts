import { type Admission, admitClient } from './admit-client.ts'
import type { Client, ClientMetadata, JsonValue, StoredSecret } from './client.ts'
import { clientEvent } from './client-event.ts'
import { isCurrentSecret, keepClientSecret } from './credentials/client-secret.ts'
import { jsonEqual } from './json-equal.ts'
import { changedMembers, judgeWithoutOthers } from './judge-metadata.ts'
import { findMember, needsSecret, splitMemberName } from './metadata/index.ts'
import { violation } from './metadata/violation.ts'
import { newDecisionRecord } from './policy-authority/decision-record.ts'
import { ClientExists, type Ports, RevisionConflict } from './ports.ts'
import type { Realm } from './realm.ts'
import { Refusal, refuseAll, violationsOf } from './refusal.ts'
import { administratorFor } from './requester.ts'
import { standardDialect } from './requests.ts'
import { withoutScopeCeiling } from './without-scope-ceiling.ts'

/** A client of the configuration file: its id and secret are the operator's, everything else is judged like any other. */
export interface ProvisionedClient {
  readonly client_id: string
  readonly client_secret?: string
  readonly firstParty: boolean
  readonly metadata: ClientMetadata
}

/** Idempotent: a client that is already as the file says is left alone. @throws Refusal when it could not be registered. */
export async function provisionClient(realm: Realm, wanted: ProvisionedClient, ports: Ports): Promise<void> {
  const admitted = await admitClient(admissionOf(realm, wanted), ports, newDecisionRecord())
  const { metadata } = admitted.judged
  refuseMissingSecret(wanted, metadata)
  const current = await ports.store.findClient(realm.name, wanted.client_id)
  if (current === undefined) return insert(realm, wanted, metadata, ports)
  if (isAsWanted(current, wanted, metadata, ports)) return
  await replace(current, wanted, metadata, ports)
}

/** What can be said before anything runs, such as by `config check`. @throws Refusal with every reason. */
export function checkProvisionedClient(realm: Realm, wanted: ProvisionedClient): void {
  const unknown = Object.keys(wanted.metadata).filter((name) => !isClientMetadata(name, realm))
  refuseAll([
    ...unknown.map((member) => violation(member, 'is no client metadata that is known here')),
    ...violationsOf(() => refuseMissingSecret(wanted, judgeWithoutOthers(admissionOf(realm, wanted)).metadata)),
  ])
}

function admissionOf(realm: Realm, { client_id, metadata }: ProvisionedClient): Admission {
  return {
    ...{ realm: withoutScopeCeiling(realm), dialect: standardDialect, operation: 'create', client_id },
    ...{ body: metadata as JsonValue, defaults: {}, locked: {}, boundPolicies: [] },
    ...{ isStatementRequired: false, isUnrecorded: true },
    requesterOf: () => administratorFor('provisioned'),
  }
}

function isClientMetadata(name: string, { extendedProperties }: Realm): boolean {
  return findMember(splitMemberName(name).base) !== undefined || extendedProperties.some((property) => property.name === name)
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
  return [keepClientSecret(client_secret, metadata, { vault, now: now() })]
}

function refuseMissingSecret({ client_id, client_secret }: ProvisionedClient, metadata: ClientMetadata): void {
  if (!needsSecret(metadata) || client_secret !== undefined) return
  const method = metadata.token_endpoint_auth_method ?? 'client_secret_basic'
  throw new Refusal('invalid_client_metadata', `client ${client_id} authenticates with ${method} and needs a secret`, {
    member: 'client_secret',
  })
}
