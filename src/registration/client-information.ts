import type { Client } from './client.ts'
import { secretExpiry } from './credentials/client-secret.ts'
import type { ClientInformation } from './requests.ts'

/** The clear values that a step has at hand: new ones, and the registration access token that was just presented. */
interface ClearValues {
  readonly client_secret: string | undefined
  readonly registration_access_token: string | undefined
}

/** What the requester is told of `client`; absent members are left out, never empty (DCR-RSP-05, DCR-RSP-10). */
export function informationOf(client: Client, { client_secret, registration_access_token }: ClearValues): ClientInformation {
  const expiresAt = secretExpiry(client.secrets)
  return {
    client,
    ...(client_secret === undefined ? {} : { client_secret }),
    ...(expiresAt === undefined ? {} : { client_secret_expires_at: expiresAt }),
    ...(registration_access_token === undefined ? {} : { registration_access_token }),
  }
}
