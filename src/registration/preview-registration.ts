import { type Admission, type Admitted, admitClient, expiryOf } from './admit-client.ts'
import type { Client, InitialAccessToken, Provenance } from './client.ts'
import { appliedLimits, identifierUsed, limitReached } from './commit-within-limits.ts'
import { newClientId } from './credentials/client-id.ts'
import type { Preview } from './decision.ts'
import { lockedMembersOf } from './judge-metadata.ts'
import { type DecisionRecord, newDecisionRecord, recordStep } from './policy-authority/decision-record.ts'
import type { Requester } from './policy-authority/define-policy.ts'
import type { Ports } from './ports.ts'
import type { Realm } from './realm.ts'
import { Refusal } from './refusal.ts'
import { requesterForClient } from './requester.ts'
import type { PreviewRequest } from './requests.ts'
import { checkRequestFormat } from './software-statement/check-request-format.ts'

/**
 * The same steps as registration and update, without the write: what each did, and why. An administrator says who would be
 * asking, so that no token has to be at hand.
 * @throws Refusal only for a preview that makes no sense, such as of a client that is not there.
 */
export async function previewRegistration(request: PreviewRequest, ports: Ports): Promise<Preview> {
  const realm = request.policies === undefined ? request.realm : { ...request.realm, policies: request.policies }
  const token = await findToken(request, ports)
  const client = await findClient(request, ports)
  const record = newDecisionRecord()
  return toPreview(record, async () => {
    if (!isByAdministrator(request)) await recordStep(record, 'format', () => checkRequestFormat({ ...request, realm }))
    const admission = admissionOf({ request, realm, token, client }, ports)
    const admitted = await admitClient(admission, ports, record)
    const provenance = client?.provenance ?? provenanceOf(request, token)
    await recordStep(record, 'limits', () => checkObstacles({ admission, admitted, provenance }, ports))
    return { admitted, ...endOf(admitted, client, ports) }
  })
}

interface Outcome {
  readonly admitted: Admitted
  readonly expiresAt?: number
}

/** What `judge` comes to, as a preview: a refusal is an outcome here. */
export async function toPreview(record: DecisionRecord, judge: () => Promise<Outcome>): Promise<Preview> {
  try {
    const { admitted, ...end } = await judge()
    const { metadata, holds } = admitted.judged
    return { outcome: holds.length > 0 ? 'held' : 'registered', steps: record.steps, metadata, ...end, violations: [] }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { outcome: 'refused', steps: record.steps, violations: error.violations }
  }
}

interface Previewed {
  readonly request: PreviewRequest
  readonly realm: Realm
  readonly token: InitialAccessToken | undefined
  readonly client: Client | undefined
}

function admissionOf({ request, realm, token, client }: Previewed, ports: Ports): Admission {
  const { dialect, body, signedRequest } = request
  return {
    ...{ realm, dialect, body, operation: client === undefined ? 'create' : 'update' },
    ...(signedRequest === undefined ? {} : { signedRequest }),
    client_id: client?.client_id ?? newClientId(dialect, ports.entropy),
    ...(client === undefined ? {} : { client }),
    defaults: client === undefined ? (token?.defaults ?? {}) : {},
    locked: client === undefined ? (token?.locked ?? {}) : lockedMembersOf(client),
    boundPolicies: client?.boundPolicies ?? token?.policies ?? [],
    requesterOf: (kind) => requesterFor({ request, token, client }, kind),
    isStatementRequired: realm.registration.softwareStatements.required && !isByAdministrator(request),
    isUnrecorded: true,
  }
}

function requesterFor(
  { request, token, client }: Omit<Previewed, 'realm'>,
  { isSigned, isAttested }: { readonly isSigned: boolean; readonly isAttested: boolean },
): Requester {
  const { channel, source } = request
  if (client !== undefined) return requesterForClient(client, source, { isSigned })
  const isAdministrator = isByAdministrator(request)
  return {
    channel: isAttested && !isAdministrator ? 'software-statement' : channel,
    ...(token === undefined
      ? {}
      : { initialAccessToken: { id: token.id, ...(token.label === undefined ? {} : { label: token.label }) } }),
    ...(source.address === undefined ? {} : { address: source.address }),
    ...(source.certificate === undefined ? {} : { certificate: source.certificate }),
    ...{ isSigned, isAdministrator },
  }
}

function isByAdministrator({ channel }: PreviewRequest): boolean {
  return channel === 'administrator' || channel === 'provisioned'
}

async function findToken(
  { realm, initialAccessToken: id }: PreviewRequest,
  ports: Ports,
): Promise<InitialAccessToken | undefined> {
  if (id === undefined) return undefined
  const token = await ports.initialAccessTokens.find(realm.name, id)
  if (token !== undefined) return token
  throw new Refusal('invalid_client_metadata', 'there is no initial access token with this id', { member: 'initialAccessToken' })
}

async function findClient({ realm, client_id }: PreviewRequest, { store }: Ports): Promise<Client | undefined> {
  if (client_id === undefined) return undefined
  const client = await store.findClient(realm.name, client_id)
  if (client !== undefined) return client
  throw new Refusal('invalid_client_metadata', 'there is no client with this client_id to be updated', { member: 'client_id' })
}

function provenanceOf({ source }: PreviewRequest, token: InitialAccessToken | undefined): Provenance {
  return {
    ...(source.address === undefined ? {} : { address: source.address }),
    ...(token === undefined ? {} : { initialAccessToken: token.id }),
  }
}

function endOf({ judged }: Admitted, client: Client | undefined, { now }: Ports): { readonly expiresAt?: number } {
  const expiresAt = expiryOf(judged, client?.client_id_issued_at ?? now(), client)
  return expiresAt === undefined ? {} : { expiresAt }
}

interface Checked {
  readonly admission: Admission
  readonly admitted: Admitted
  readonly provenance: Provenance
}

/** What the commit would find in its way, as far as it is there now. */
async function checkObstacles({ admission, admitted, provenance }: Checked, { store }: Ports): Promise<void> {
  const { metadata, limits } = admitted.judged
  const applied = appliedLimits(limits, admission.operation, { metadata, provenance })
  const { use } = admitted.request
  if (applied.length === 0 && use.length === 0) return
  const except = admission.client === undefined ? {} : { except: admission.client_id }
  const found = await store.findObstacles({ realm: admission.realm.name, ...except, limits: applied, use })
  for (const [index, limit] of applied.entries()) {
    const isFull = (found.counts[index] ?? 0) >= limit.max
    const makesRoom = limit.evictUnused && found.evictable[index] === true
    if (isFull && !makesRoom) throw limitReached(limit)
  }
  for (const [index, identifier] of use.entries()) if (found.used[index] === true) throw identifierUsed(identifier.kind)
}
