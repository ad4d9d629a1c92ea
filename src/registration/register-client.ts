import type { Client, Provenance } from './client.ts'
import { clientEvent } from './client-event.ts'
import { informationOf } from './client-information.ts'
import { newClientId } from './credentials/client-id.ts'
import { issueClientSecret } from './credentials/client-secret.ts'
import { type JudgedMetadata, judgeMetadata } from './judge-metadata.ts'
import { toJson } from './metadata/amendment.ts'
import { type Ports, TokenSpent } from './ports.ts'
import { Refusal } from './refusal.ts'
import type { ClientInformation, RegistrationRequest } from './requests.ts'
import { type Authorization, authorizeRegistration, unusable } from './tokens/authorize-registration.ts'
import { issueRegistrationAccessToken } from './tokens/registration-access-token.ts'

/** RFC 7591 §3. Any line may refuse; an await leaves the domain; only the last one writes. */
export async function registerClient(request: RegistrationRequest, ports: Ports): Promise<ClientInformation> {
  const { realm, dialect } = request
  if (!realm.registration.enabled) throw new Refusal('access_denied', 'registration is switched off in this realm')
  const authorization = await authorizeRegistration(realm, request.presented, ports)
  const { defaults = {}, locked = {} } = authorization.initialAccessToken ?? {}
  const judged = await judgeMetadata({ realm, dialect, body: request.body, defaults, locked }, ports)
  const information = issueCredentials(request, authorization, judged, ports)
  ports.engine.accept(realm, information.client.client_id, judged.metadata)
  await commit(information.client, authorization, judged, ports)
  return information
}

function issueCredentials(
  request: RegistrationRequest,
  authorization: Authorization,
  { metadata }: JudgedMetadata,
  { vault, entropy, now: clock }: Ports,
): ClientInformation {
  const { realm, dialect } = request
  const now = clock()
  const secret = issueClientSecret(metadata, { settings: realm.registration, vault, entropy, now })
  const managed = realm.registration.managementEnabled
  const token = managed ? issueRegistrationAccessToken({ vault, entropy, now }) : undefined
  const client: Client = {
    realm: realm.name,
    client_id: newClientId(dialect, entropy),
    client_id_issued_at: now,
    updatedAt: now,
    channel: authorization.channel,
    state: 'active',
    firstParty: false,
    metadata,
    secrets: secret.stored,
    registrationAccessTokens: token?.stored ?? [],
    provenance: provenanceOf(request, authorization),
    lockedMembers: Object.keys(authorization.initialAccessToken?.locked ?? {}),
    boundPolicies: authorization.initialAccessToken?.policies ?? [],
    revision: 1,
  }
  return informationOf(client, { client_secret: secret.value, registration_access_token: token?.value })
}

function provenanceOf({ source, dialect }: RegistrationRequest, authorization: Authorization): Provenance {
  const { initialAccessToken, accessTokenClient } = authorization
  return {
    ...source,
    dialect: dialect.name,
    ...(initialAccessToken === undefined ? {} : { initialAccessToken: initialAccessToken.id }),
    ...(accessTokenClient === undefined ? {} : { accessTokenClient }),
  }
}

async function commit(client: Client, authorization: Authorization, judged: JudgedMetadata, { store }: Ports): Promise<void> {
  const spent = authorization.initialAccessToken
  try {
    await store.commit({
      realm: client.realm,
      insert: client,
      // Spent in the same change as the insert: two racing requests cannot share the last use.
      ...(spent === undefined ? {} : { spend: { initialAccessToken: spent.id } }),
      at: client.client_id_issued_at,
      event: clientEvent('client.registered', client, {
        actor: authorization.actor,
        source: client.provenance,
        details: { channel: client.channel, amendments: judged.amendments.map(toJson) },
      }),
    })
  } catch (error) {
    if (error instanceof TokenSpent) throw unusable('used up, revoked or expired in the meantime')
    throw error
  }
}
