import type { AuditEvent, Client, ClientMetadata, InitialAccessToken, JsonObject, JsonValue } from './client.ts'
import type { EpochSeconds } from './epoch-seconds.ts'
import type { PolicyType, Requester } from './policy-authority/define-policy.ts'
import type { Realm, TrustedCa } from './realm.ts'
import type { Violation } from './refusal.ts'

/** What the domain asks of the world. */
export interface Ports {
  readonly store: RegistrationStore
  readonly initialAccessTokens: InitialAccessTokenStore
  readonly engine: ClientModel
  readonly accessTokens: AccessTokens
  readonly sectorDocuments: SectorDocuments
  readonly policies: PolicyTypes
  readonly statementKeys: StatementKeys
  readonly statementSigner: StatementSigner
  readonly certificates: Certificates
  readonly attempts: AttemptRecorder
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
  /** With an insert or a replacement: the clients of each group are counted, the written one left out, and must be fewer than `max`. */
  readonly limits?: readonly GroupLimit[]
  /** Identifiers of statements and signed requests that must not have been used before, and are used now. */
  readonly use?: readonly UsedIdentifier[]
  /** With an insert or a replacement: `name=value` for every value of an extended property of the realm. Absent: as before. */
  readonly searchable?: readonly string[]
  readonly at: EpochSeconds
  readonly event: AuditEvent
}

/** A limit on the clients of a realm that agree in something. */
export interface GroupLimit {
  readonly group: ClientGroup
  readonly max: number
  /** Where the group is full, its oldest self-registered client that was never used makes room, in the same change. */
  readonly evictUnused: boolean
}

/** The value of a token is that of `tokenGroupOf`; a network is an address in CIDR notation. */
export type ClientGroup =
  | { readonly kind: 'realm' }
  | { readonly kind: 'address'; readonly network: string }
  | { readonly kind: 'token'; readonly value: string }
  | { readonly kind: 'software'; readonly software_id: string; readonly software_version?: string }

export interface UsedIdentifier {
  readonly kind: 'statement' | 'request'
  readonly issuer: string
  readonly jti: string
  /** Remembered until then, when it would be refused for its age anyhow. */
  readonly until: EpochSeconds
}

export interface RegistrationStore {
  /** @throws ClientExists, TokenSpent, RevisionConflict, GroupFull, IdentifierUsed; nothing has happened then. */
  commit(change: Change): Promise<void>
  /** What `commit` would refuse, without doing anything: for previews. `except`: the client that is written. */
  findObstacles(query: ObstacleQuery): Promise<Obstacles>
  findClient(realm: string, client_id: string): Promise<Client | undefined>
  /** `digests` are those of one value, under each root secret of the vault. */
  findInitialAccessToken(realm: string, digests: readonly string[]): Promise<InitialAccessToken | undefined>
}

export interface InitialAccessTokenStore {
  insert(token: InitialAccessToken, event: AuditEvent): Promise<void>
  find(realm: string, id: string): Promise<InitialAccessToken | undefined>
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
/** As many clients of the group as allowed are there, and none of them could make room. */
export class GroupFull extends Error {
  override readonly name = 'GroupFull'
  /** Index into `Change.limits`. */
  readonly limit: number
  constructor(limit: number, options?: ErrorOptions) {
    super(undefined, options)
    this.limit = limit
  }
}
/** A statement or signed request was used before, perhaps in the meantime. */
export class IdentifierUsed extends Error {
  override readonly name = 'IdentifierUsed'
  /** Index into `Change.use`. */
  readonly identifier: number
  constructor(identifier: number, options?: ErrorOptions) {
    super(undefined, options)
    this.identifier = identifier
  }
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
  /** From now on it is not valid any more; what is no token of the realm is left alone. */
  revoke(realm: Realm, value: string): Promise<void>
}

export interface ObstacleQuery {
  readonly realm: string
  readonly except?: string
  readonly limits: readonly GroupLimit[]
  readonly use: readonly UsedIdentifier[]
}

export interface Obstacles {
  /** Clients counted, by index of the limit. */
  readonly counts: readonly number[]
  /** By index of the limit: whether an unused client could make room. */
  readonly evictable: readonly boolean[]
  /** By index of the identifier. */
  readonly used: readonly boolean[]
}

/** The policies that this server knows: its own folder and the operator's. */
export interface PolicyTypes {
  find(name: string): PolicyType | undefined
  /** The same list until the operator's folder is read anew. */
  all(): readonly PolicyType[]
}

export interface StatementKeys {
  /**
   * A JWK Set of a statement issuer, one that a verified statement names, or one of a client whose keys a policy is to judge,
   * through the guarded fetcher. While it cannot be fetched, the last good one serves for a limited time. `kid`: asked for anew when the remembered set lacks it.
   * @throws Refusal `invalid_software_statement`, one text for every failure.
   */
  fetch(realm: Realm, uri: string, kid?: string): Promise<JsonObject>
}

export interface StatementSigner {
  /** A compact JWS of the claims, by the realm's own key for one of its signing algorithms. */
  sign(realm: Realm, claims: JsonObject, alg: string): Promise<string>
}

export interface Certificates {
  /**
   * Verifies the chain of a signed JWT (`x5c` of RFC 7515 §4.1.6, base64 DER, leaf first): validity, key usage for signing, name
   * constraints, revocation, up to one of the trusted CAs. Gives the public key of the leaf as JWK.
   */
  verifySigner(chain: readonly string[], trustedCas: readonly TrustedCa[], at: EpochSeconds): Promise<VerifiedSigner>
}

export type VerifiedSigner = { readonly jwk: JsonObject; readonly subject: string } | { readonly problem: string }

/** A registration request as it came, kept for a while so that changed policies can be tried on it. */
export interface Attempt {
  readonly realm: string
  readonly id: string
  readonly at: EpochSeconds
  readonly operation: 'create' | 'update'
  readonly dialect: string
  readonly requester: Requester
  readonly body: JsonValue
  /** The claims of the statement that was verified then; a signature cannot be judged again after its time. */
  readonly statement?: { readonly issuerId: string; readonly claims: JsonObject }
  readonly initialAccessToken?: string
  readonly client_id?: string
  readonly outcome: 'registered' | 'held' | 'refused'
  readonly violations: readonly Violation[]
}

export interface AttemptRecorder {
  /** Only remembers; written in batches, and nobody waits for it. Under a flood some are dropped. */
  record(attempt: Attempt): void
  /** Newest first. */
  list(realm: string, limit: number): Promise<readonly Attempt[]>
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
