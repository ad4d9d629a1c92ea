import type { Client, StoredRegistrationAccessToken } from '../client.ts'
import type { Ports } from '../ports.ts'
import { Refusal } from '../refusal.ts'
import type { ConfigurationRequest } from '../requests.ts'
import { unusable } from './authorize-registration.ts'
import { findRegistrationAccessToken } from './registration-access-token.ts'

export interface AuthenticatedClient {
  readonly client: Client
  readonly used: StoredRegistrationAccessToken
  /** The registration access token as it was presented: the one value that can be told again. */
  readonly value: string
}

/**
 * RFC 7592 §2: the registration access token of exactly this client, on every call. An unknown client and a wrong token are
 * answered alike, and never with 404 (DCM-ERR-03, DCM-ERR-05). A suspended client cannot free itself: its state is not its own.
 */
export async function authenticateClientConfiguration(
  { realm, client_id, presented }: ConfigurationRequest,
  { store, vault, now }: Pick<Ports, 'store' | 'vault' | 'now'>,
): Promise<AuthenticatedClient> {
  if (presented === undefined) {
    throw new Refusal(
      'token_required',
      'this endpoint needs the registration access token of the client in the Authorization header',
    )
  }
  const client = await store.findClient(realm.name, client_id)
  const used = findRegistrationAccessToken(client ?? nobody, presented.value, { vault, now: now() })
  if (client === undefined || used === undefined || presented.scheme !== 'Bearer')
    throw unusable('no such registration access token')
  if (client.state === 'suspended') throw new Refusal('access_denied', 'the client is suspended by an administrator')
  return { client, used, value: presented.value }
}

// An unknown client costs one comparison as well: the response time tells nothing either (SEC-TEN-02).
const nobody = { registrationAccessTokens: [{ digest: '', issuedAt: 0 }] }
