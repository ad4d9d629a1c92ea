import type { Client } from './client.ts'
import { clientEvent } from './client-event.ts'
import { informationOf } from './client-information.ts'
import { type ClientSecrets, reviseClientSecrets } from './credentials/client-secret.ts'
import type { Ports } from './ports.ts'
import type { ClientInformation, ConfigurationRequest } from './requests.ts'
import { type AuthenticatedClient, authenticateClientConfiguration } from './tokens/authenticate-client-configuration.ts'
import { rotateRegistrationAccessToken, withoutReplacedTokens } from './tokens/registration-access-token.ts'

/** RFC 7592 §2.1. Changes nothing, unless the realm rotates on read or a rotation's answer has just proved to have arrived. */
export async function readClient(request: ConfigurationRequest, ports: Ports): Promise<ClientInformation> {
  const { realm, source } = request
  const authenticated = await authenticateClientConfiguration(request, 'read', ports)
  const { client } = authenticated
  const issuing = { vault: ports.vault, entropy: ports.entropy, now: ports.now() }
  const token = tokenAfterRead(authenticated, request, issuing)
  const secret: ClientSecrets =
    realm.registration.rotateClientSecret === 'on-read-and-update'
      ? reviseClientSecrets(client, client.metadata, true, { ...issuing, settings: realm.registration })
      : { stored: client.secrets }
  const told = { client_secret: secret.value, registration_access_token: token.value }

  const isRotated = secret.value !== undefined || token.value !== authenticated.token?.value
  if (!isRotated && token.stored.length === client.registrationAccessTokens.length) return informationOf(client, told)
  const rotated: Client = {
    ...client,
    secrets: secret.stored,
    registrationAccessTokens: token.stored,
    updatedAt: issuing.now,
    revision: client.revision + 1,
  }
  await ports.store.commit({
    realm: realm.name,
    replace: { client: rotated, ifRevision: client.revision },
    at: issuing.now,
    event: clientEvent('client.credentials-rotated', rotated, { actor: `client:${client.client_id}`, source, details: {} }),
  })
  return informationOf(rotated, told)
}

interface TokenAfterRead {
  readonly stored: Client['registrationAccessTokens']
  readonly value: string | undefined
}

function tokenAfterRead(
  { client, token }: AuthenticatedClient,
  { realm }: ConfigurationRequest,
  issuing: Pick<Ports, 'vault' | 'entropy'> & { readonly now: number },
): TokenAfterRead {
  if (token === undefined) return { stored: client.registrationAccessTokens, value: undefined }
  const registrationAccessTokens = withoutReplacedTokens(client, token.used)
  return realm.registration.rotateRegistrationAccessToken === 'on-read-and-update'
    ? rotateRegistrationAccessToken({ registrationAccessTokens }, realm.registration, issuing)
    : { stored: registrationAccessTokens, value: token.value }
}
