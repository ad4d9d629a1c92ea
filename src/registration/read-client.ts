import { clientEvent } from './client-event.ts'
import { informationOf } from './client-information.ts'
import { type ClientSecrets, reviseClientSecrets } from './credentials/client-secret.ts'
import type { Ports } from './ports.ts'
import type { ClientInformation, ConfigurationRequest } from './requests.ts'
import { authenticateClientConfiguration } from './tokens/authenticate-client-configuration.ts'
import { rotateRegistrationAccessToken, withoutReplacedTokens } from './tokens/registration-access-token.ts'

/** RFC 7592 §2.1. Changes nothing, unless the realm rotates on read or a rotation's answer has just proved to have arrived. */
export async function readClient(request: ConfigurationRequest, ports: Ports): Promise<ClientInformation> {
  const { realm, source } = request
  const settings = realm.registration
  const { client, used, value } = await authenticateClientConfiguration(request, ports)
  const issuing = { vault: ports.vault, entropy: ports.entropy, now: ports.now() }

  const registrationAccessTokens = withoutReplacedTokens(client, used)
  const token =
    settings.rotateRegistrationAccessToken === 'on-read-and-update'
      ? rotateRegistrationAccessToken({ registrationAccessTokens }, settings, issuing)
      : { stored: registrationAccessTokens, value }
  const secret: ClientSecrets =
    settings.rotateClientSecret === 'on-read-and-update'
      ? reviseClientSecrets(client, client.metadata, true, { ...issuing, settings })
      : { stored: client.secrets }
  const told = { client_secret: secret.value, registration_access_token: token.value }

  const isRotated = secret.value !== undefined || token.value !== value
  if (!isRotated && token.stored.length === client.registrationAccessTokens.length) return informationOf(client, told)
  const rotated = {
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
