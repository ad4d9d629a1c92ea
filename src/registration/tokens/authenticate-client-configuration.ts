import type { Client, StoredRegistrationAccessToken } from '../client.ts'
import { judgeOperation } from '../judge-operation.ts'
import type { Operation, Requester } from '../policy-authority/define-policy.ts'
import type { Ports, PresentedToken } from '../ports.ts'
import { Refusal } from '../refusal.ts'
import { requesterForClient } from '../requester.ts'
import type { ConfigurationRequest } from '../requests.ts'
import { unusable } from './authorize-registration.ts'
import { findRegistrationAccessToken } from './registration-access-token.ts'

export interface AuthenticatedClient {
  readonly client: Client
  readonly requester: Requester
  /** The registration access token as it was presented: the one value that can be told again. Absent where there are none. */
  readonly token?: { readonly used: StoredRegistrationAccessToken; readonly value: string }
}

/**
 * RFC 7592 §2: the registration access token of exactly this client, on every call; or, where the realm has none, whatever the
 * policies that guard the operation want. An unknown client and a wrong token are answered alike, and never with 404 (DCM-ERR-03,
 * DCM-ERR-05). A suspended client cannot free itself: its state is not its own.
 */
export async function authenticateClientConfiguration(
  request: ConfigurationRequest,
  operation: Operation,
  ports: Ports,
): Promise<AuthenticatedClient> {
  const { registrationAccessTokens } = request.realm.registration
  const authenticated = registrationAccessTokens === 'disabled' ? await byPolicies(request, ports) : await byToken(request, ports)
  await judgeOperation({ ...request, ...authenticated, operation }, ports)
  refuseSleeping(authenticated.client)
  return authenticated
}

async function byToken(
  { realm, client_id, presented, source }: ConfigurationRequest,
  { store, vault, now }: Ports,
): Promise<AuthenticatedClient> {
  if (presented === undefined) throw tokenRequired('the registration access token of the client')
  const client = existing(await store.findClient(realm.name, client_id), now())
  const used = findRegistrationAccessToken(client ?? nobody, presented.value, { vault, now: now() })
  if (client === undefined || used === undefined || presented.scheme !== 'Bearer')
    throw unusable('no such registration access token')
  return { client, requester: requesterForClient(client, source), token: { used, value: presented.value } }
}

async function byPolicies(request: ConfigurationRequest, ports: Ports): Promise<AuthenticatedClient> {
  const { realm, client_id, presented, source } = request
  const accessToken = presented === undefined ? undefined : await verify(request, presented, ports)
  const client = existing(await ports.store.findClient(realm.name, client_id), ports.now())
  // As a guard answers that wants a token: whether the client is there shows to nobody without one.
  if (client === undefined && presented === undefined) throw tokenRequired('an access token')
  if (client === undefined) {
    if (presented !== undefined && realm.registration.unknownClientRevokesToken) {
      await ports.accessTokens.revoke(realm, presented.value)
    }
    throw unusable('no such client')
  }
  return { client, requester: requesterForClient(client, source, accessToken === undefined ? {} : { accessToken }) }
}

async function verify(
  { realm }: ConfigurationRequest,
  presented: PresentedToken,
  { accessTokens }: Ports,
): Promise<NonNullable<Requester['accessToken']>> {
  const verified = await accessTokens.verify(realm, presented)
  if (verified === undefined) throw unusable('not a valid access token')
  return verified
}

function tokenRequired(what: string): Refusal {
  return new Refusal('token_required', `this endpoint needs ${what} in the Authorization header`)
}

/** A client that has ended is as good as gone, whether or not it was purged yet. */
function existing(client: Client | undefined, now: number): Client | undefined {
  return client?.expiresAt !== undefined && client.expiresAt <= now ? undefined : client
}

function refuseSleeping({ state, review }: Client): void {
  if (state !== 'suspended') return
  if (review?.decision !== 'refused') throw new Refusal('access_denied', 'the client is suspended by an administrator')
  const note = review.note === undefined ? '' : `: ${review.note}`
  throw new Refusal('access_denied', `the registration was refused by an administrator${note}`)
}

// An unknown client costs one comparison as well: the response time tells nothing either (SEC-TEN-02).
const nobody = { registrationAccessTokens: [{ digest: '', issuedAt: 0 }] }
