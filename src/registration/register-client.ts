import { type Admission, type Admitted, admitClient, expiryOf } from './admit-client.ts'
import { newAgentIdentity } from './agents/agent-description.ts'
import type { Client, JsonObject, Provenance } from './client.ts'
import { clientEvent } from './client-event.ts'
import { informationOf } from './client-information.ts'
import { appliedLimits, commitWithinLimits } from './commit-within-limits.ts'
import { newClientId } from './credentials/client-id.ts'
import { issueClientSecret } from './credentials/client-secret.ts'
import { describeAdmission } from './describe-admission.ts'
import { searchableProperties } from './metadata/index.ts'
import { newDecisionRecord } from './policy-authority/decision-record.ts'
import { type Ports, TokenSpent } from './ports.ts'
import type { Realm } from './realm.ts'
import { Refusal } from './refusal.ts'
import type { RegistrationSettings } from './registration-settings.ts'
import { requesterOf } from './requester.ts'
import type { ClientInformation, RegistrationRequest } from './requests.ts'
import { checkRequestFormat } from './software-statement/check-request-format.ts'
import { type Authorization, authorizeRegistration, unusable } from './tokens/authorize-registration.ts'
import { issueRegistrationAccessToken } from './tokens/registration-access-token.ts'

/** RFC 7591 §3. Any line may refuse; an await leaves the domain; only the last one writes. */
export async function registerClient(request: RegistrationRequest, ports: Ports): Promise<ClientInformation> {
  const { realm, dialect } = request
  if (!realm.registrationActive) throw new Refusal('access_denied', 'registration is switched off in this realm')
  if (request.isForAgents === true && !realm.registration.agentsAllowed) {
    throw new Refusal('access_denied', 'agents cannot register themselves in this realm; an administrator can make them')
  }
  const authorization = await authorizeRegistration(realm, request.presented, ports)
  checkRequestFormat(request)
  const client_id = newClientId(dialect, ports.entropy)
  const admitted = await admitClient(admissionOf(request, authorization, client_id), ports, newDecisionRecord())
  const information = issueCredentials({ request, authorization, client_id, admitted }, ports)
  await commit({ client: information.client, realm, authorization, admitted }, ports)
  return information
}

function admissionOf(request: RegistrationRequest, authorization: Authorization, client_id: string): Admission {
  const { realm, dialect, body, signedRequest, source } = request
  const { defaults = {}, locked = {}, policies = [] } = authorization.initialAccessToken ?? {}
  return {
    ...{ realm, dialect, operation: 'create', client_id, body, defaults, locked, boundPolicies: policies },
    ...(signedRequest === undefined ? {} : { signedRequest }),
    requesterOf: (kind) => requesterOf(authorization, source, kind),
    isStatementRequired: realm.registration.softwareStatements.required,
    isForAgents: request.isForAgents === true,
  }
}

interface Issuing {
  readonly request: RegistrationRequest
  readonly authorization: Authorization
  readonly client_id: string
  readonly admitted: Admitted
}

function issueCredentials(issuing: Issuing, { vault, entropy, now: clock }: Ports): ClientInformation {
  const { metadata } = issuing.admitted.judged
  const { registration: settings } = issuing.request.realm
  const now = clock()
  const secret = issueClientSecret(metadata, { settings, vault, entropy, now })
  const isManaged = settings.managementEnabled && getsToken(settings, issuing)
  const token = isManaged ? issueRegistrationAccessToken({ vault, entropy, now }) : undefined
  const client: Client = {
    ...newClient(issuing, now),
    secrets: secret.stored,
    registrationAccessTokens: token?.stored ?? [],
    ...(issuing.request.isForAgents === true
      ? { agent: newAgentIdentity({}, { client_id: issuing.client_id, metadata, entropy, now }) }
      : {}),
  }
  return informationOf(client, { client_secret: secret.value, registration_access_token: token?.value })
}

function getsToken({ registrationAccessTokens }: RegistrationSettings, { admitted }: Issuing): boolean {
  return (
    registrationAccessTokens === 'issued' || (registrationAccessTokens === 'unless-open' && admitted.requester.channel !== 'open')
  )
}

function newClient({ request, authorization, client_id, admitted }: Issuing, now: number): Client {
  const { judged, requester } = admitted
  const { statement } = admitted.request
  const expiresAt = expiryOf(judged, now)
  const isHeld = judged.holds.length > 0
  return {
    realm: request.realm.name,
    client_id,
    client_id_issued_at: now,
    updatedAt: now,
    channel: requester.channel,
    state: isHeld ? 'pending' : 'active',
    firstParty: false,
    metadata: judged.metadata,
    secrets: [],
    registrationAccessTokens: [],
    provenance: provenanceOf(request, authorization),
    lockedMembers: Object.keys(authorization.initialAccessToken?.locked ?? {}),
    boundPolicies: authorization.initialAccessToken?.policies ?? [],
    ...(statement === undefined ? {} : { statement: statement.kept }),
    ...(isHeld ? { review: { since: now, reasons: judged.holds } } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    revision: 1,
  }
}

function provenanceOf({ source, dialect }: RegistrationRequest, authorization: Authorization): Provenance {
  const { initialAccessToken, accessToken } = authorization
  const { address, requestId, certificate } = source
  return {
    ...(address === undefined ? {} : { address }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(certificate === undefined ? {} : { certificateThumbprint: certificate.thumbprint }),
    dialect: dialect.name,
    ...(initialAccessToken === undefined ? {} : { initialAccessToken: initialAccessToken.id }),
    ...(accessToken === undefined ? {} : { accessTokenClient: accessToken.client_id }),
  }
}

interface Commitment {
  readonly client: Client
  readonly realm: Realm
  readonly authorization: Authorization
  readonly admitted: Admitted
}

async function commit({ client, realm, authorization, admitted }: Commitment, ports: Ports): Promise<void> {
  const { judged, request } = admitted
  const spent = authorization.initialAccessToken
  const details: JsonObject = { channel: client.channel, ...describeAdmission(admitted) }
  const change = {
    realm: client.realm,
    insert: client,
    searchable: searchableProperties(client.metadata, realm),
    // Spent in the same change as the insert: two racing requests cannot share the last use.
    ...(spent === undefined ? {} : { spend: { initialAccessToken: spent.id } }),
    ...(request.use.length === 0 ? {} : { use: request.use }),
    at: client.client_id_issued_at,
    event: clientEvent(client.state === 'pending' ? 'client.held' : 'client.registered', client, {
      actor: authorization.actor,
      source: client.provenance,
      details,
    }),
  }
  try {
    await commitWithinLimits(change, appliedLimits(judged.limits, 'create', client), ports.store)
  } catch (error) {
    if (error instanceof TokenSpent) throw unusable('used up, revoked or expired in the meantime')
    throw error
  }
}
