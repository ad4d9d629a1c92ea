import { randomUUID } from 'node:crypto'
import type { Attempt, AuditEvent, Change, Client, InitialAccessToken } from '../../../src/registration/index.ts'

export const at = 1_800_000_000

/** A client with something in every member. */
export function sampleClient(over: Partial<Client> = {}): Client {
  return {
    realm: 'default',
    client_id: randomUUID(),
    client_id_issued_at: at,
    updatedAt: at,
    channel: 'open',
    state: 'active',
    firstParty: false,
    metadata: {
      redirect_uris: ['https://b.example/cb', 'https://a.example/cb?x=1&y=%20'],
      client_name: 'Ein schöner Client',
      'client_name#ja-Jpan-JP': 'クライアント名',
      software_id: 'software-1',
      jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] },
      default_max_age: 3600,
      require_auth_time: true,
    },
    secrets: [{ digest: 'd1', issuedAt: at, expiresAt: 0 }],
    registrationAccessTokens: [
      { digest: 'r2', issuedAt: at },
      { digest: 'r1', issuedAt: at - 10, expiresAt: at + 60 },
    ],
    provenance: { address: '192.0.2.1', requestId: 'request-1', dialect: 'standard' },
    lockedMembers: ['scope'],
    boundPolicies: ['policy-1'],
    statement: {
      issuerId: 'directory',
      issuer: 'https://directory.example',
      jti: 'jti-1',
      kid: 'kid-1',
      digest: 'statement digest',
      verifiedAt: at,
      metadata: { client_name: 'Ein schöner Client' },
      claims: { software_roles: ['PISP'], nul: '\0' },
      echoed: { software_roles: ['PISP'] },
    },
    review: { since: at, reasons: [{ policy: 'policy-1', reason: 'a new redirect URI' }], approved: { client_name: 'Before' } },
    expiresAt: at + 10_000_000,
    revision: 1,
    ...over,
  }
}

export function sampleToken(over: Partial<InitialAccessToken> = {}): InitialAccessToken {
  const id = randomUUID()
  return {
    realm: 'default',
    id,
    digest: `digest of ${id}`,
    label: 'for the press',
    createdAt: at,
    expiresAt: at + 1000,
    usesMax: 1,
    uses: 0,
    defaults: { scope: 'openid' },
    locked: { grant_types: ['client_credentials'] },
    policies: ['policy-1', 'policy-2'],
    ...over,
  }
}

export function sampleEvent(over: Partial<AuditEvent> = {}): AuditEvent {
  return { realm: 'default', type: 'test.happened', at, actor: 'tester', details: { a: [1, 'two', null] }, ...over }
}

export function sampleAttempt(over: Partial<Attempt> = {}): Attempt {
  return {
    realm: 'default',
    id: randomUUID(),
    at,
    operation: 'create',
    dialect: 'standard',
    requester: { channel: 'open', address: '192.0.2.1', isSigned: false, isAdministrator: false },
    body: { client_name: 'nul \0 half \udc00', redirect_uris: ['https://a.example/cb'] },
    outcome: 'refused',
    violations: [{ code: 'invalid_redirect_uri', member: 'redirect_uris', reason: 'not on a trusted host' }],
    ...over,
  }
}

export function insertion(client: Client, over: Partial<Change> = {}): Change {
  const event = sampleEvent({ realm: client.realm, type: 'client.registered', client_id: client.client_id })
  return { realm: client.realm, insert: client, at, event, ...over }
}

export function replacement(client: Client, ifRevision: number): Change {
  const event = sampleEvent({ realm: client.realm, type: 'client.updated', client_id: client.client_id })
  return { realm: client.realm, replace: { client, ifRevision }, at, event }
}

export function removal(client: Pick<Client, 'realm' | 'client_id'>, ifRevision?: number): Change {
  const event = sampleEvent({ realm: client.realm, type: 'client.deleted', client_id: client.client_id })
  return {
    realm: client.realm,
    remove: { client_id: client.client_id, ...(ifRevision === undefined ? {} : { ifRevision }) },
    at,
    event,
  }
}

/** How many of the promises came true; every other one must have failed as `isExpected` says. */
export async function countFulfilled(
  promises: readonly Promise<unknown>[],
  isExpected: (error: unknown) => boolean,
): Promise<number> {
  const results = await Promise.allSettled(promises)
  const unexpected = results.find((result) => result.status === 'rejected' && !isExpected(result.reason))
  if (unexpected?.status === 'rejected') throw unexpected.reason
  return results.filter(({ status }) => status === 'fulfilled').length
}
