import type { AuditEvent, Client, EpochSeconds, InitialAccessToken, Realm } from '../registration/index.ts'
import type {
  AdministeredClient,
  AdministeredEvent,
  AdministeredInitialAccessToken,
  AdministeredKey,
  AdministeredRealm,
} from './contract.ts'
import type { KeySummary } from './ports.ts'
import { presentReview, presentStatement } from './present-admission.ts'
import { presentIdentity } from './present-agent.ts'

// Each picks what is shown: what is added to a record later stays inside until somebody lets it out here.

export function presentClient(client: Client): AdministeredClient {
  const { client_id, realm, state, channel, firstParty, metadata, provenance, lockedMembers, revision } = client
  const secrets = client.secrets.map(({ issuedAt, expiresAt }) => ({ issuedAt, expiresAt }))
  const { client_id_issued_at, updatedAt } = client
  return {
    client_id,
    realm,
    state,
    channel,
    firstParty,
    metadata: { ...metadata },
    secrets,
    provenance: { ...provenance },
    lockedMembers: [...lockedMembers],
    boundPolicies: [...client.boundPolicies],
    ...(client.statement === undefined ? {} : { statement: presentStatement(client.statement) }),
    ...(client.review === undefined ? {} : { review: presentReview(client.review, metadata) }),
    ...(client.agent === undefined ? {} : { agent: presentIdentity(client.agent) }),
    ...(client.expiresAt === undefined ? {} : { expiresAt: client.expiresAt }),
    client_id_issued_at,
    updatedAt,
    ...usageOf(client),
    revision,
  }
}

function usageOf({ firstUsedAt, lastUsedAt }: Client): Pick<AdministeredClient, 'firstUsedAt' | 'lastUsedAt'> {
  return { ...(firstUsedAt === undefined ? {} : { firstUsedAt }), ...(lastUsedAt === undefined ? {} : { lastUsedAt }) }
}

export function presentInitialAccessToken(token: InitialAccessToken, now: EpochSeconds): AdministeredInitialAccessToken {
  const { id, realm, createdAt, uses, defaults, locked } = token
  return {
    id,
    realm,
    ...(token.label === undefined ? {} : { label: token.label }),
    state: stateOf(token, now),
    createdAt,
    ...(token.expiresAt === undefined ? {} : { expiresAt: token.expiresAt }),
    uses,
    ...(token.usesMax === undefined ? {} : { usesMax: token.usesMax }),
    ...(token.revokedAt === undefined ? {} : { revokedAt: token.revokedAt }),
    defaults: { ...defaults },
    locked: { ...locked },
    policies: [...token.policies],
  }
}

function stateOf(
  { revokedAt, expiresAt, usesMax, uses }: InitialAccessToken,
  now: EpochSeconds,
): AdministeredInitialAccessToken['state'] {
  if (revokedAt !== undefined) return 'revoked'
  if (usesMax !== undefined && uses >= usesMax) return 'used'
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'active'
}

export function presentRealm({ name, issuer, revision, dialects, scopes, registration }: Realm): AdministeredRealm {
  const { enabled, initialAccessTokenRequired } = registration
  const openness = initialAccessTokenRequired ? 'protected' : 'open'
  return {
    name,
    issuer,
    revision,
    dialects: [...dialects],
    scopes: scopes.map((scope) => scope.name),
    registration: enabled ? openness : 'off',
  }
}

export function presentKey({ kid, alg, state, createdAt, signsFrom, publishedUntil }: KeySummary): AdministeredKey {
  return { kid, alg, state, createdAt, signsFrom, ...(publishedUntil === undefined ? {} : { publishedUntil }) }
}

export function presentEvent(event: AuditEvent & { readonly id: string }): AdministeredEvent {
  const { id, realm, type, at, actor, client_id, requestId, address, details } = event
  return {
    id,
    realm,
    type,
    at,
    actor,
    ...(client_id === undefined ? {} : { client_id }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(address === undefined ? {} : { address }),
    details: { ...details },
  }
}
