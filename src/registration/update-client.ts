import { type Admission, type Admitted, admitClient } from './admit-client.ts'
import type { Client, ClientMetadata, JsonObject, JsonValue } from './client.ts'
import { clientEvent } from './client-event.ts'
import { informationOf } from './client-information.ts'
import { appliedLimits, commitWithinLimits } from './commit-within-limits.ts'
import { reviseClientSecrets } from './credentials/client-secret.ts'
import { describeAdmission } from './describe-admission.ts'
import { changedMembers, lockedMembersOf } from './judge-metadata.ts'
import { mergePatch } from './merge-patch.ts'
import { readDialect, resolveAliases, searchableProperties } from './metadata/index.ts'
import { newDecisionRecord } from './policy-authority/decision-record.ts'
import type { Ports } from './ports.ts'
import { Refusal } from './refusal.ts'
import type { ClientInformation, UpdateRequest } from './requests.ts'
import { reviseAdmission } from './revise-admission.ts'
import { checkServerMembers } from './server-members.ts'
import { checkRequestFormat } from './software-statement/check-request-format.ts'
import { decodeSignedRequest } from './software-statement/verify-signed-request.ts'
import { type AuthenticatedClient, authenticateClientConfiguration } from './tokens/authenticate-client-configuration.ts'
import { rotateRegistrationAccessToken, withoutReplacedTokens } from './tokens/registration-access-token.ts'

/** RFC 7592 §2.2: what is sent replaces what is stored, and a member left out is a member removed. */
export async function updateClient(request: UpdateRequest, ports: Ports): Promise<ClientInformation> {
  const authenticated = await authenticateClientConfiguration(request, 'update', ports)
  const { client } = authenticated
  const { signedRequest, realm } = request
  checkRequestFormat(request)
  const sent = signedRequest === undefined ? requireObject(request.body) : decodeSignedRequest(signedRequest)
  // Inside a signed request, client_id is a wish that many leave out (OBUK-RQ-06): the address says which client it is.
  if (request.dialect.ignoresServerMembers !== true)
    checkServerMembers(signedRequest === undefined ? sent : { client_id: client.client_id, ...sent }, client, realm, ports)
  return replaceMetadata(request, authenticated, { body: request.body }, ports)
}

/** RFC 7396: the patch is laid over the stored metadata; the result is judged exactly like the body of a PUT. */
export async function patchClient(request: UpdateRequest, ports: Ports): Promise<ClientInformation> {
  const authenticated = await authenticateClientConfiguration(request, 'update', ports)
  const { client } = authenticated
  checkRequestFormat(request)
  const patch = requireObject(resolveAliases(await readDialect(request.body, request.dialect.words), request.realm))
  if (request.dialect.ignoresServerMembers !== true)
    checkServerMembers({ client_id: client.client_id, ...patch }, client, request.realm, ports)
  const body = mergePatch(client.metadata as JsonObject, patch)
  return replaceMetadata(request, authenticated, { body, patch }, ports)
}

interface NewMetadata {
  readonly body: JsonValue
  readonly patch?: JsonObject
}

async function replaceMetadata(
  request: UpdateRequest,
  authenticated: AuthenticatedClient,
  wanted: NewMetadata,
  ports: Ports,
): Promise<ClientInformation> {
  const { client } = authenticated
  const admitted = await admitClient(admissionOf(request, authenticated, wanted), ports, newDecisionRecord())
  refuseOtherSubject(client.metadata, admitted.judged.metadata)
  const revised = reviseCredentials(authenticated, admitted, rotationOf(request), ports)
  await commit(request, { before: client, after: revised.client, admitted }, ports)
  return revised
}

function admissionOf(
  { realm, dialect, signedRequest }: UpdateRequest,
  { client, requester }: AuthenticatedClient,
  wanted: NewMetadata,
): Admission {
  const { client_id, boundPolicies } = client
  return {
    ...{ realm, dialect, operation: 'update', client_id, client, boundPolicies, ...wanted },
    ...{ defaults: {}, locked: lockedMembersOf(client) },
    ...(signedRequest === undefined ? {} : { signedRequest }),
    requesterOf: ({ isSigned }) => ({ ...requester, isSigned }),
    isStatementRequired: realm.registration.softwareStatements.required,
  }
}

/** The vendor's word about registration access tokens goes before the realm's, and is the stricter one. */
function rotationOf({ realm: { registration }, dialect }: UpdateRequest): UpdateRequest['realm']['registration'] {
  if (dialect.replacesTokenOnUpdate !== true) return registration
  return { ...registration, rotateRegistrationAccessToken: 'on-update', registrationAccessTokenGraceSeconds: 0 }
}

function reviseCredentials(
  { client, token: presented }: AuthenticatedClient,
  admitted: Admitted,
  settings: UpdateRequest['realm']['registration'],
  { vault, entropy, now: clock }: Ports,
): ClientInformation {
  const issuing = { vault, entropy, now: clock() }
  const { metadata } = admitted.judged
  const registrationAccessTokens =
    presented === undefined ? client.registrationAccessTokens : withoutReplacedTokens(client, presented.used)
  const token =
    presented === undefined || settings.rotateRegistrationAccessToken === 'never'
      ? { stored: registrationAccessTokens, value: presented?.value }
      : rotateRegistrationAccessToken({ registrationAccessTokens }, settings, issuing)
  const secret = reviseClientSecrets(client, metadata, settings.rotateClientSecret !== 'never', { ...issuing, settings })
  const revised: Client = {
    ...reviseAdmission(client, admitted, issuing.now),
    metadata,
    secrets: secret.stored,
    registrationAccessTokens: token.stored,
    updatedAt: issuing.now,
    revision: client.revision + 1,
  }
  return informationOf(revised, { client_secret: secret.value, registration_access_token: token.value })
}

interface Revision {
  readonly before: Client
  readonly after: Client
  readonly admitted: Admitted
}

async function commit({ realm, source }: UpdateRequest, { before, after, admitted }: Revision, ports: Ports): Promise<void> {
  const isNewlyHeld = after.state === 'pending' && before.state !== 'pending'
  const { judged, request } = admitted
  const details = { changed: changedMembers(before.metadata, after.metadata), ...describeAdmission(admitted) }
  const change = {
    realm: realm.name,
    replace: { client: after, ifRevision: before.revision },
    searchable: searchableProperties(after.metadata, realm),
    ...(request.use.length === 0 ? {} : { use: request.use }),
    at: after.updatedAt,
    event: clientEvent(isNewlyHeld ? 'client.held' : 'client.updated', after, {
      actor: `client:${after.client_id}`,
      source: sourceOf(source),
      details,
    }),
  }
  await commitWithinLimits(change, appliedLimits(judged.limits, 'update', after), ports.store)
}

function sourceOf({ address, requestId }: UpdateRequest['source']): UpdateRequest['source'] {
  return { ...(address === undefined ? {} : { address }), ...(requestId === undefined ? {} : { requestId }) }
}

/** Another type is another `sub` for everybody who ever signed in: to the client, all its users would be new (DCM-PUT-16). */
function refuseOtherSubject({ subject_type: before }: ClientMetadata, { subject_type: after }: ClientMetadata): void {
  if (before === undefined || after === undefined || before === after) return
  throw new Refusal('invalid_client_metadata', `subject_type is ${before} for good; register another client to change it`, {
    member: 'subject_type',
  })
}

function requireObject(body: JsonValue): JsonObject {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonObject
  throw new Refusal('invalid_client_metadata', 'the body must be one JSON object with client metadata members')
}
