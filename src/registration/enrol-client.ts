import { type Admission, type Admitted, admitClient, expiryOf } from './admit-client.ts'
import { newAgentIdentity } from './agents/agent-description.ts'
import type { Client } from './client.ts'
import { clientEvent } from './client-event.ts'
import { informationOf } from './client-information.ts'
import { appliedLimits, commitWithinLimits } from './commit-within-limits.ts'
import { issueClientSecret, keepClientSecret } from './credentials/client-secret.ts'
import { describeAdmission } from './describe-admission.ts'
import { searchableProperties } from './metadata/index.ts'
import { newDecisionRecord } from './policy-authority/decision-record.ts'
import { ClientExists, type Ports } from './ports.ts'
import type { Realm } from './realm.ts'
import { Refusal } from './refusal.ts'
import { administratorFor } from './requester.ts'
import { type AdministratorRegistration, type ClientInformation, type ImportedClient, standardDialect } from './requests.ts'
import { withoutScopeCeiling } from './without-scope-ceiling.ts'

/** A client that an administrator makes. The operator's own may have every scope; the policies about metadata judge it all the same. */
export async function createClient(registration: AdministratorRegistration, ports: Ports): Promise<ClientInformation> {
  const { actor, firstParty, body, agent } = registration
  const client_id = registration.client_id ?? ports.entropy.id()
  const realm = withoutScopeCeiling(registration.realm)
  const admission = {
    ...admissionBy(realm, client_id, body),
    ...{ requesterOf: () => administratorFor('administrator'), isForAgents: agent !== undefined },
  }
  const admitted = await admitClient(admission, ports, newDecisionRecord())
  const now = ports.now()
  const issuing = { vault: ports.vault, entropy: ports.entropy, settings: realm.registration, now }
  const secret = issueClientSecret(admitted.judged.metadata, issuing)
  const client: Client = {
    ...clientOf({ realm, client_id, admitted, issuedAt: now }, ports),
    ...{ channel: 'administrator', firstParty, secrets: secret.stored },
    ...(agent === undefined
      ? {}
      : { agent: newAgentIdentity(agent, { client_id, metadata: admitted.judged.metadata, entropy: ports.entropy, now }) }),
  }
  await insert({ realm, client, admitted, actor, type: 'client.registered' }, ports)
  return informationOf(client, { client_secret: secret.value, registration_access_token: undefined })
}

/**
 * A client from elsewhere keeps its id, its secret and its channel, and is judged as its channel is judged: what was refused at the
 * door does not come in by the window. @throws Refusal when a client with that id is there, or was.
 */
export async function importClient(imported: ImportedClient, ports: Ports): Promise<Client> {
  const { channel, client_id, state, firstParty, client_secret, actor, body, lockedMembers = [], boundPolicies = [] } = imported
  const isOwn = channel === 'administrator' || channel === 'provisioned'
  const realm = isOwn ? withoutScopeCeiling(imported.realm) : imported.realm
  const admission: Admission = {
    ...admissionBy(realm, client_id, body),
    boundPolicies,
    isForAgents: imported.agent !== undefined,
    requesterOf: () => ({ channel, isSigned: false, isAdministrator: isOwn }),
    isStatementRequired: !isOwn && realm.registration.softwareStatements.required,
  }
  const admitted = await admitClient(admission, ports, newDecisionRecord())
  const { metadata } = admitted.judged
  const issuedAt = imported.client_id_issued_at ?? ports.now()
  const admittedClient = clientOf({ realm, client_id, admitted, issuedAt }, ports)
  const secrets =
    client_secret === undefined ? [] : [keepClientSecret(client_secret, metadata, { vault: ports.vault, now: ports.now() })]
  const client: Client = {
    ...admittedClient,
    channel,
    // Neither wakes what a policy holds.
    state: admittedClient.state === 'pending' ? 'pending' : state,
    firstParty,
    lockedMembers,
    boundPolicies,
    secrets,
    ...(imported.agent === undefined ? {} : { agent: imported.agent }),
  }
  await insert({ realm, client, admitted, actor, type: 'client.imported' }, ports)
  return client
}

function admissionBy(realm: Realm, client_id: string, body: Admission['body']): Omit<Admission, 'requesterOf'> {
  return {
    ...{ realm, dialect: standardDialect, operation: 'create', client_id, body },
    ...{ defaults: {}, locked: {}, boundPolicies: [], isStatementRequired: false, isUnrecorded: true },
  }
}

interface Enrolled {
  readonly realm: Realm
  readonly client_id: string
  readonly admitted: Admitted
  readonly issuedAt: number
}

function clientOf({ realm, client_id, admitted, issuedAt }: Enrolled, { now: clock }: Ports): Client {
  const { judged, request, requester } = admitted
  const now = clock()
  const expiresAt = expiryOf(judged, issuedAt)
  const isHeld = judged.holds.length > 0
  return {
    ...{ realm: realm.name, client_id, client_id_issued_at: issuedAt, updatedAt: now, channel: requester.channel },
    ...{ state: isHeld ? 'pending' : 'active', firstParty: false, metadata: judged.metadata },
    ...{ secrets: [], registrationAccessTokens: [], provenance: {}, lockedMembers: [], boundPolicies: [], revision: 1 },
    ...(request.statement === undefined ? {} : { statement: request.statement.kept }),
    ...(isHeld ? { review: { since: now, reasons: judged.holds } } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

interface Insertion {
  readonly realm: Realm
  readonly client: Client
  readonly admitted: Admitted
  readonly actor: string
  readonly type: string
}

async function insert({ realm, client, admitted, actor, type }: Insertion, ports: Ports): Promise<void> {
  const details = { channel: client.channel, ...describeAdmission(admitted) }
  const change = {
    realm: realm.name,
    insert: client,
    searchable: searchableProperties(client.metadata, realm),
    ...(admitted.request.use.length === 0 ? {} : { use: admitted.request.use }),
    at: client.updatedAt,
    event: clientEvent(client.state === 'pending' ? 'client.held' : type, client, { actor, source: {}, details }),
  }
  try {
    await commitWithinLimits(change, appliedLimits(admitted.judged.limits, 'create', client), ports.store)
  } catch (error) {
    if (!(error instanceof ClientExists)) throw error
    throw taken(client.client_id, error)
  }
}

function taken(client_id: string, cause: ClientExists): Refusal {
  return new Refusal('invalid_client_metadata', `a client with the client_id ${client_id} is there, or was`, {
    member: 'client_id',
    cause,
  })
}
