import type { X509Certificate } from 'node:crypto'
import type {
  AuditEvent,
  Client,
  CoveringPrivilege,
  EpochSeconds,
  PrivilegeNeed,
  Realm,
  StatementKeys,
  TrustedCa,
} from '../registration/index.ts'

/** What the engine needs from the rest of the server; `app.ts` connects it. */
export interface EnginePorts {
  readonly objects: EngineObjects
  readonly clients: ClientSource
  readonly keys: SigningKeys
  readonly pairwiseKeys: PairwiseKeys
  readonly revokedTokens: RevokedTokens
  readonly accounts: Accounts
  readonly accountLinks: AccountLinks
  readonly consents: Consents
  /** What lets agents act, asked at every exchange of one. */
  readonly agentPrivileges: { findCovering(need: PrivilegeNeed): Promise<readonly CoveringPrivilege[]> }
  /** Keeps what happened and changed nothing. */
  readonly recordEvent: (event: AuditEvent) => Promise<void>
  readonly pages: EnginePages
  readonly certificates: ClientCertificates
  /** In realms whose people sign in by HTTP Basic: looks at `Authorization`, an empty text if there is none. */
  readonly basicSignIn: (attempt: BasicAttempt) => Promise<BasicVerdict>
  readonly vault: { matches(value: string, digest: string): boolean; open(sealed: string): string; seal(clear: string): string }
  /** Derived from the server's secret: the same on every node. */
  readonly derivedKey: (purpose: string, bytes: number) => Uint8Array
  /** The guarded fetcher, for `jwks_uri`, `request_uri`, back-channel logout and whatever else a client names. `reload` goes past its cache. */
  readonly fetch: (url: string, options?: OutgoingRequest) => Promise<Response>
  /** Key sets of assertion issuers, by the guarded fetcher; while one cannot be fetched, the last good one serves. */
  readonly issuerKeys: StatementKeys
  readonly now: () => EpochSeconds
  /** By grant type, for each token response that was sent. */
  readonly tokenIssued?: (grant: string) => void
  /** One line for the operator; `details` holds no token and no secret. */
  readonly log?: (event: string, details: Readonly<Record<string, unknown>>) => void
}

export type OutgoingRequest = RequestInit & { readonly cache?: 'default' | 'reload' }

/** The engine's sessions, grants, codes and tokens. Keys arrive as digests wherever the value is a credential. */
export interface EngineObjects {
  /** `event`: recorded by the same statement. */
  upsert(object: EngineObject, event?: AuditEvent): Promise<void>
  /** `false`: it was there already. One statement, so that of two racing requests one loses. */
  insertOnce(object: EngineObject): Promise<boolean>
  find(key: ObjectKey): Promise<StoredObject | undefined>
  findByUid(realm: string, model: string, uid: string): Promise<StoredObject | undefined>
  findByUserCode(realm: string, model: string, userCode: string): Promise<StoredObject | undefined>
  /** Those of one model that belong to an account, newest last: the requests that wait for a person's word. */
  findByAccount(realm: string, model: string, accountId: string): Promise<readonly (StoredObject & { readonly id: string })[]>
  /** Marks as used. `false`: it was used already, or is gone; one conditional statement. */
  consume(key: ObjectKey, at: EpochSeconds): Promise<boolean>
  destroy(key: ObjectKey): Promise<void>
  destroyByGrant(realm: string, grantId: string): Promise<void>
}

export interface ObjectKey {
  readonly realm: string
  readonly model: string
  readonly id: string
}

export interface EngineObject extends ObjectKey {
  readonly payload: Readonly<Record<string, unknown>>
  readonly grantId?: string
  readonly uid?: string
  readonly userCode?: string
  readonly accountId?: string
  readonly client_id?: string
  readonly expiresAt?: EpochSeconds
}

/** Expired objects are not found, whether or not they were purged yet. */
export interface StoredObject {
  readonly payload: Readonly<Record<string, unknown>>
  readonly consumedAt?: EpochSeconds
  readonly expiresAt?: EpochSeconds
}

export interface ClientSource {
  findClient(realm: string, client_id: string): Promise<Client | undefined>
  /** Remembers that a client was used; batched, never on the request's path. */
  recordUse(realm: string, client_id: string, at: EpochSeconds): void
  /** Who took away a client that is gone, as the audit trail names the actor; `undefined`: nobody, or nobody remembers. */
  removedBy(realm: string, client_id: string): Promise<string | undefined>
}

/**
 * A signing key of a realm. Rotation is a matter of time alone, so that no node has to be told twice: a key is published
 * from `createdAt` until `publishedUntil`; of each algorithm, the newest key with `signsFrom` in the past signs.
 */
export interface SigningKey {
  readonly realm: string
  readonly kid: string
  readonly alg: string
  readonly publicJwk: Readonly<Record<string, unknown>>
  /** The private JWK, sealed by the vault. */
  readonly sealedPrivateJwk: string
  readonly createdAt: EpochSeconds
  readonly signsFrom: EpochSeconds
  readonly publishedUntil?: EpochSeconds
}

export interface SigningKeys {
  list(realm: string): Promise<readonly SigningKey[]>
  /** One transaction under a lock on the realm: `change` sees the keys as they are and says what becomes of them. */
  change(realm: string, change: (keys: readonly SigningKey[]) => Promise<KeyChange>): Promise<void>
}

export interface KeyChange {
  readonly insert: readonly SigningKey[]
  /** By `kid`: the time after which the key is published no more. */
  readonly publishUntil: Readonly<Record<string, EpochSeconds>>
  /** Whether the realm's revision stays, since nobody can be serving the realm with other keys. */
  readonly isUnheardOf?: boolean
}

export interface PairwiseKeys {
  /** The realm's sealed key: `fresh` if it had none so far, which it then keeps for good. */
  keep(realm: string, fresh: string): Promise<string>
}

/** JWT access tokens that were revoked before their time; `jti` by realm. */
export interface RevokedTokens {
  add(realm: string, jti: string, expiresAt: EpochSeconds): Promise<void>
  has(realm: string, jti: string): Promise<boolean>
}

export interface Account {
  readonly id: string
  readonly username?: string
  readonly claims: Readonly<Record<string, unknown>>
}

export interface Accounts {
  find(realm: string, accountId: string): Promise<Account | undefined>
  findByUsername(realm: string, username: string): Promise<Account | undefined>
}

/** Which accounts belong to whom at identity providers of a realm. */
export interface AccountLinks {
  find(link: AccountLink): Promise<(Account & { readonly active: boolean }) | undefined>
}

export interface AccountLink {
  readonly realm: string
  readonly provider: string
  readonly issuer: string
  readonly subject: string
}

/** What is believed about the certificates that clients authenticate with (RFC 8705 §2.1). */
export interface ClientCertificates {
  /** @throws where a trusted CA or a revocation list cannot be read. */
  prepare(trustedCas: readonly TrustedCa[]): void
  /** Why no trusted CA vouches for the holder; `undefined`: one does. `anchor`: the id of the only one that may. */
  findClientProblem(
    certificate: X509Certificate,
    trust: { readonly trustedCas: readonly TrustedCa[]; readonly anchor?: string },
    at: EpochSeconds,
  ): string | undefined
  /** `member`: one of the five `tls_client_auth_…`. */
  hasSubject(certificate: X509Certificate, member: string, expected: string): boolean
}

/** What a person granted to a client, remembered beyond the browser session. */
export interface Consent {
  readonly realm: string
  readonly accountId: string
  readonly client_id: string
  readonly scopes: readonly string[]
  readonly claims: readonly string[]
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>
  /** Of the client's names, links and redirect hosts when consent was given: another face, another consent (DCM-PUT-17). */
  readonly faceDigest: string
  readonly givenAt: EpochSeconds
}

export interface Consents {
  find(realm: string, accountId: string, client_id: string): Promise<Consent | undefined>
  save(consent: Consent): Promise<void>
  remove(realm: string, accountId: string, client_id: string): Promise<void>
}

export interface BasicAttempt {
  readonly realm: Realm
  readonly locales: string
  readonly authorization: string
  readonly address: string
}

/** The page asks for credentials, or says why there can be no other try. `reason`: what was wrong with those that came. */
export type BasicVerdict = { readonly accountId: string } | { readonly page: Page; readonly reason?: string }

/** A finished HTML page with the headers that belong to it (CSP above all). */
export interface Page {
  readonly status: number
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Pages that the engine shows at its own endpoints. `form` is the engine's own markup: a form with its anti-forgery token.
 * `locales` is written like `Accept-Language`, with the `ui_locales` of the request in front.
 */
export interface EnginePages {
  /** `continueTo`: where an unproven client wants the error to be sent; a person may go there, a redirect may not (RFC 9700 §4.11.2). */
  error(view: {
    realm: Realm
    locales: string
    error: string
    description?: string
    requestId?: string
    continueTo?: string
  }): Page
  /** `continueTo`: the post-logout redirect URI that the form's post will end at, without which CSP `form-action` stops Chromium there. */
  logoutConfirm(view: { realm: Realm; locales: string; form: string; formId: string; continueTo?: string }): Page
  loggedOut(view: { realm: Realm; locales: string; clientName?: string; frames?: readonly string[]; continueTo?: string }): Page
  /** `problem`: what became of the code that was entered, as `NotFoundError` or `ExpiredError`. */
  deviceCode(view: { realm: Realm; locales: string; form: string; formId: string; problem?: string }): Page
  deviceConfirm(view: { realm: Realm; locales: string; form: string; formId: string; client?: Client; userCode: string }): Page
  deviceDone(view: { realm: Realm; locales: string; clientName?: string }): Page
}
