import { type Administration, findAdministered } from './administer-client.ts'
import type { Client } from './client.ts'
import { clientEvent } from './client-event.ts'
import { informationOf } from './client-information.ts'
import { reviseClientSecrets } from './credentials/client-secret.ts'
import { needsSecret } from './metadata/index.ts'
import type { Ports } from './ports.ts'
import { Refusal } from './refusal.ts'
import type { ClientInformation } from './requests.ts'
import { issueRegistrationAccessToken } from './tokens/registration-access-token.ts'

/** A new secret by an administrator's word; the one before works on for the realm's grace period. Told once. */
export async function rotateClientSecret(administration: Administration, ports: Ports): Promise<ClientInformation | undefined> {
  const client = await findAdministered(administration, ports)
  if (client === undefined) return undefined
  if (!needsSecret(client.metadata)) {
    throw new Refusal('invalid_client_metadata', 'the client has no secret, since it does not authenticate with one', {
      member: 'token_endpoint_auth_method',
    })
  }
  const { vault, entropy, now } = ports
  const issuing = { vault, entropy, settings: administration.realm.registration, now: now() }
  const secret = reviseClientSecrets(client, client.metadata, true, issuing)
  const next = await replaceCredentials(administration, client, { secrets: secret.stored }, ports)
  return informationOf(next, { client_secret: secret.value, registration_access_token: undefined })
}

/** For a client that has lost its registration access token (DCM-CR-12): those that it had end at once, since one may be in other hands. */
export async function reissueRegistrationAccessToken(
  administration: Administration,
  ports: Ports,
): Promise<ClientInformation | undefined> {
  const client = await findAdministered(administration, ports)
  if (client === undefined) return undefined
  const { managementEnabled, registrationAccessTokens } = administration.realm.registration
  if (!managementEnabled || registrationAccessTokens === 'disabled') {
    throw new Refusal('access_denied', 'this realm gives out no registration access tokens')
  }
  const { vault, entropy, now } = ports
  const token = issueRegistrationAccessToken({ vault, entropy, now: now() })
  const next = await replaceCredentials(administration, client, { registrationAccessTokens: token.stored }, ports)
  return informationOf(next, { client_secret: undefined, registration_access_token: token.value })
}

async function replaceCredentials(
  { realm, actor }: Administration,
  client: Client,
  changes: Partial<Pick<Client, 'secrets' | 'registrationAccessTokens'>>,
  { store, now: clock }: Ports,
): Promise<Client> {
  const now = clock()
  const next: Client = { ...client, ...changes, updatedAt: now, revision: client.revision + 1 }
  await store.commit({
    realm: realm.name,
    replace: { client: next, ifRevision: client.revision },
    at: now,
    event: clientEvent('client.credentials-rotated', next, { actor, source: {}, details: { rotated: Object.keys(changes) } }),
  })
  return next
}
