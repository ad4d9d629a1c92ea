import type { Client, ClientMetadata, JsonObject, JsonValue } from './client.ts'
import { clientEvent } from './client-event.ts'
import { informationOf } from './client-information.ts'
import { reviseClientSecrets } from './credentials/client-secret.ts'
import { changedMembers, type JudgedMetadata, judgeMetadata, lockedMembersOf } from './judge-metadata.ts'
import { mergePatch } from './merge-patch.ts'
import { toJson } from './metadata/amendment.ts'
import type { Ports } from './ports.ts'
import { Refusal } from './refusal.ts'
import type { ClientInformation, UpdateRequest } from './requests.ts'
import { checkServerMembers } from './server-members.ts'
import { type AuthenticatedClient, authenticateClientConfiguration } from './tokens/authenticate-client-configuration.ts'
import { rotateRegistrationAccessToken, withoutReplacedTokens } from './tokens/registration-access-token.ts'

/** RFC 7592 §2.2: what is sent replaces what is stored, and a member left out is a member removed. */
export async function updateClient(request: UpdateRequest, ports: Ports): Promise<ClientInformation> {
  const authenticated = await authenticateClientConfiguration(request, ports)
  checkServerMembers(requireObject(request.body), authenticated.client, request.realm, ports)
  return replaceMetadata(request, authenticated, request.body, ports)
}

/** RFC 7396: the patch is laid over the stored metadata; the result is judged exactly like the body of a PUT. */
export async function patchClient(request: UpdateRequest, ports: Ports): Promise<ClientInformation> {
  const authenticated = await authenticateClientConfiguration(request, ports)
  const { client } = authenticated
  const patch = requireObject(request.body)
  checkServerMembers({ client_id: client.client_id, ...patch }, client, request.realm, ports)
  return replaceMetadata(request, authenticated, mergePatch(client.metadata as JsonObject, patch), ports)
}

async function replaceMetadata(
  { realm, dialect, source }: UpdateRequest,
  authenticated: AuthenticatedClient,
  body: JsonValue,
  ports: Ports,
): Promise<ClientInformation> {
  const { client } = authenticated
  const locked = lockedMembersOf(client)
  const judged = await judgeMetadata({ realm, dialect, body, defaults: {}, locked }, ports)
  refuseOtherSubject(client.metadata, judged.metadata)
  ports.engine.accept(realm, client.client_id, judged.metadata)
  const revised = reviseCredentials(authenticated, judged.metadata, realm.registration, ports)
  await ports.store.commit({
    realm: realm.name,
    replace: { client: revised.client, ifRevision: client.revision },
    at: revised.client.updatedAt,
    event: clientEvent('client.updated', revised.client, {
      actor: `client:${client.client_id}`,
      source,
      details: describe(client.metadata, judged),
    }),
  })
  return revised
}

function reviseCredentials(
  { client, used, value }: AuthenticatedClient,
  metadata: ClientMetadata,
  settings: UpdateRequest['realm']['registration'],
  { vault, entropy, now: clock }: Ports,
): ClientInformation {
  const issuing = { vault, entropy, now: clock() }
  const registrationAccessTokens = withoutReplacedTokens(client, used)
  const token =
    settings.rotateRegistrationAccessToken === 'never'
      ? { stored: registrationAccessTokens, value }
      : rotateRegistrationAccessToken({ registrationAccessTokens }, settings, issuing)
  const secret = reviseClientSecrets(client, metadata, settings.rotateClientSecret !== 'never', { ...issuing, settings })
  const revised: Client = {
    ...client,
    metadata,
    secrets: secret.stored,
    registrationAccessTokens: token.stored,
    updatedAt: issuing.now,
    revision: client.revision + 1,
  }
  return informationOf(revised, { client_secret: secret.value, registration_access_token: token.value })
}

/** Another type is another `sub` for everybody who ever signed in: to the client, all its users would be new (DCM-PUT-16). */
function refuseOtherSubject({ subject_type: before }: ClientMetadata, { subject_type: after }: ClientMetadata): void {
  if (before === undefined || after === undefined || before === after) return
  throw new Refusal('invalid_client_metadata', `subject_type is ${before} for good; register another client to change it`, {
    member: 'subject_type',
  })
}

function describe(before: ClientMetadata, { metadata, amendments }: JudgedMetadata): JsonObject {
  return { changed: changedMembers(before, metadata), amendments: amendments.map(toJson) }
}

function requireObject(body: JsonValue): JsonObject {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonObject
  throw new Refusal('invalid_client_metadata', 'the body must be one JSON object with client metadata members')
}
