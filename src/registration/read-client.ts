import { clientEvent } from './client-event.ts'
import { reviseClientSecrets, secretExpiry } from './credentials/client-secret.ts'
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
  const secret =
    settings.rotateClientSecret === 'on-read-and-update'
      ? reviseClientSecrets(client, client.metadata, true, { ...issuing, settings })
      : { stored: client.secrets }

  const next = { ...client, secrets: secret.stored, registrationAccessTokens: token.stored }
  if (next.secrets !== client.secrets || next.registrationAccessTokens !== client.registrationAccessTokens) {
    const rotated = { ...next, updatedAt: issuing.now, revision: client.revision + 1 }
    await ports.store.commit({
      realm: realm.name,
      replace: { client: rotated, ifRevision: client.revision },
      at: issuing.now,
      event: clientEvent('client.credentials-rotated', rotated, { actor: `client:${client.client_id}`, source, details: {} }),
    })
  }
  const expiresAt = secretExpiry(next.secrets)
  return {
    client: next,
    ...('value' in secret && secret.value !== undefined ? { client_secret: secret.value } : {}),
    ...(expiresAt === undefined ? {} : { client_secret_expires_at: expiresAt }),
    registration_access_token: token.value,
  }
}
