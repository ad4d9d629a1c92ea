import type { AuditEvent, Client, ClientMetadata, InitialAccessToken } from './client.ts'
import type { EpochSeconds } from './epoch-seconds.ts'
import type { Realm } from './realm.ts'

/** What the domain asks of the world. */
export interface Ports {
  readonly store: RegistrationStore
  readonly initialAccessTokens: InitialAccessTokenStore
  readonly engine: ClientModel
  readonly accessTokens: AccessTokens
  readonly sectorDocuments: SectorDocuments
  readonly vault: Vault
  readonly entropy: Entropy
  readonly now: () => EpochSeconds
}

/** One use case, one change: all of it happens or none, durably, before the promise resolves. */
export interface Change {
  readonly realm: string
  readonly insert?: Client
  /** The stored revision must still be `ifRevision`. */
  readonly replace?: { readonly client: Client; readonly ifRevision: number }
  /** Takes grants, codes, tokens, consents and pushed requests of the client along. */
  readonly remove?: { readonly client_id: string; readonly ifRevision?: number }
  /** Counts one use of an initial access token. */
  readonly spend?: { readonly initialAccessToken: string }
  readonly at: EpochSeconds
  readonly event: AuditEvent
}

export interface RegistrationStore {
  /** @throws ClientExists, TokenSpent, RevisionConflict; nothing has happened then. */
  commit(change: Change): Promise<void>
  findClient(realm: string, client_id: string): Promise<Client | undefined>
  /** `digests` are those of one value, under each root secret of the vault. */
  findInitialAccessToken(realm: string, digests: readonly string[]): Promise<InitialAccessToken | undefined>
}

export interface InitialAccessTokenStore {
  insert(token: InitialAccessToken, event: AuditEvent): Promise<void>
  /** `false`: there is none, or it is revoked already; nothing is recorded then. */
  revoke(realm: string, id: string, at: EpochSeconds, event: AuditEvent): Promise<boolean>
}

export class ClientExists extends Error {
  override readonly name = 'ClientExists'
}
/** The initial access token was used up, revoked or expired between being read and being spent. */
export class TokenSpent extends Error {
  override readonly name = 'TokenSpent'
}
/** Somebody else changed or removed the client in the meantime. */
export class RevisionConflict extends Error {
  override readonly name = 'RevisionConflict'
}
/** The store cannot be reached, or does not answer in time: nobody's fault who asks, and worth another try. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}

export interface ClientModel {
  /**
   * The engine's own client model as the last word: what it would reject at every later load is refused now.
   * @throws Refusal `invalid_client_metadata` or `invalid_redirect_uri`.
   */
  accept(realm: Realm, client_id: string, metadata: ClientMetadata): void
}

/** What a requester presented in `Authorization`, with what is needed to check that it is the holder. */
export interface PresentedToken {
  readonly scheme: 'Bearer' | 'DPoP'
  readonly value: string
  readonly dpopProof?: string
  readonly method: string
  readonly url: string
  /** base64url SHA-256 of the client certificate of the connection (RFC 8705 §3.1). */
  readonly certificateThumbprint?: string
}

export interface VerifiedAccessToken {
  readonly client_id: string
  readonly scopes: readonly string[]
}

export interface AccessTokens {
  /**
   * An ordinary access token of this realm, JWT or opaque: signature, time, revocation, sender constraint
   * (DPoP, certificate) and the state of the client it was issued to are all checked. `undefined`: not valid.
   */
  verify(realm: Realm, presented: PresentedToken): Promise<VerifiedAccessToken | undefined>
}

export interface SectorDocuments {
  /** The JSON array behind a `sector_identifier_uri` (OIDC Registration §5). @throws Refusal, one text for every failure. */
  fetch(realm: Realm, uri: string): Promise<readonly string[]>
}

/** The server's keyring. Digests are keyed (HMAC-SHA-256), so that a stolen table cannot be searched. */
export interface Vault {
  digest(value: string): string
  /** Under every root secret, the newest first: to find what was kept under an older one. */
  digests(value: string): readonly string[]
  /** Compares in constant time. */
  matches(value: string, digest: string): boolean
  seal(clear: string): string
  open(sealed: string): string
}

export interface Entropy {
  /** A time-ordered UUID (version 7): index pages stay warm. Not a secret. */
  id(): string
  /** 256 random bits in base64url: 43 characters that need no escaping anywhere. */
  secret(): string
}
