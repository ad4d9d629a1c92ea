import type { EpochSeconds } from './epoch-seconds.ts'

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [member: string]: JsonValue }
export type JsonObject = { readonly [member: string]: JsonValue }

/**
 * Client metadata in wire spelling (RFC 7591 §2), all the way from the request to the database.
 * Members that are read by name in the domain are typed; every other registered member, every
 * `name#lang` variant and every extended property goes by the index signature.
 */
export interface ClientMetadata {
  readonly redirect_uris?: readonly string[]
  readonly token_endpoint_auth_method?: string
  readonly grant_types?: readonly string[]
  readonly response_types?: readonly string[]
  readonly client_name?: string
  readonly client_uri?: string
  readonly logo_uri?: string
  readonly scope?: string
  readonly contacts?: readonly string[]
  readonly tos_uri?: string
  readonly policy_uri?: string
  readonly jwks_uri?: string
  readonly jwks?: JsonObject
  readonly software_id?: string
  readonly software_version?: string
  readonly software_statement?: string
  readonly application_type?: string
  readonly subject_type?: string
  readonly sector_identifier_uri?: string
  readonly id_token_signed_response_alg?: string
  readonly token_endpoint_auth_signing_alg?: string
  readonly [member: string]: JsonValue | undefined
}

/** How a client came to be: its provenance decides what people are told about it. */
export type Channel =
  | 'open'
  | 'initial-access-token'
  | 'software-statement'
  | 'certificate'
  | 'metadata-document'
  | 'administrator'
  | 'provisioned'

/** An administrator's word about a client, kept apart from everything that the client itself can write. */
export type AdministrativeState = 'active' | 'pending' | 'suspended'

/**
 * A client secret as it is kept: a keyed digest, or – where a method needs it in clear
 * (`client_secret_jwt`, HS* ID tokens, symmetric encryption) – sealed with the server's key. Never both.
 */
export interface StoredSecret {
  readonly digest?: string
  readonly sealed?: string
  readonly issuedAt: EpochSeconds
  /** 0: never, as `client_secret_expires_at` says it (RFC 7591 §3.2.1). */
  readonly expiresAt: EpochSeconds
}

/** A registration access token as it is kept. `expiresAt` is set once a newer one has replaced it. */
export interface StoredRegistrationAccessToken {
  readonly digest: string
  readonly issuedAt: EpochSeconds
  readonly expiresAt?: EpochSeconds
}

/** What a client was admitted with: the software statement that was verified, and what follows from it (RFC 7591 §2.3). */
export interface ClientStatement {
  /** The entry among the realm's statement issuers that was trusted. */
  readonly issuerId: string
  /** `iss`, `jti` and `kid` as they stood in it: for the audit trail, and to find all that one key has attested. */
  readonly issuer: string
  readonly jti?: string
  readonly kid?: string
  /** Keyed; tells whether an update brings the same statement again. */
  readonly digest: string
  readonly verifiedAt: EpochSeconds
  /** The attested members after claim mapping; they stay in force at every update that brings no other statement. */
  readonly metadata: ClientMetadata
  /** Every claim but the bookkeeping ones, as policies see them. */
  readonly claims: JsonObject
  /** Claims that answers show beside the metadata, as the issuer's entry wants it. */
  readonly echoed: JsonObject
}

/** Why a client waits for an administrator, or what one decided. */
export interface Review {
  readonly since: EpochSeconds
  readonly reasons: readonly { readonly policy: string; readonly reason: string }[]
  /** What was in force before the change that has to be approved; absent for a new client. */
  readonly approved?: ClientMetadata
  readonly decision?: 'approved' | 'refused'
  /** Told to the client. */
  readonly note?: string
  readonly decidedAt?: EpochSeconds
  readonly decidedBy?: string
}

/** Where a registration came from. */
export interface Provenance {
  readonly address?: string
  readonly initialAccessToken?: string
  /** The `client_id` whose ordinary access token was presented as initial access token. */
  readonly accessTokenClient?: string
  /** base64url SHA-256 of the client certificate that was presented. */
  readonly certificateThumbprint?: string
  readonly dialect?: string
  readonly requestId?: string
}

/** What makes a client an agent: software that acts for people, as far as administrators have privileged it. Nothing that it can write. */
export interface AgentIdentity {
  /** A UUID of its own. */
  readonly id: string
  readonly name: string
  readonly description?: string
  /** Ids of the users who answer for it. */
  readonly owners: readonly string[]
  readonly customAttributes: JsonObject
  readonly createdAt: EpochSeconds
}

/** A registered client: what it says of itself, and what we know of it. */
export interface Client {
  readonly realm: string
  readonly client_id: string
  readonly client_id_issued_at: EpochSeconds
  readonly updatedAt: EpochSeconds
  readonly channel: Channel
  readonly state: AdministrativeState
  /** Set by an administrator alone: no consent is asked for the operator's own software. */
  readonly firstParty: boolean
  readonly metadata: ClientMetadata
  /** Newest first. More than one while a rotation's grace period runs. */
  readonly secrets: readonly StoredSecret[]
  /** Newest first. More than one while a rotation's grace period runs. */
  readonly registrationAccessTokens: readonly StoredRegistrationAccessToken[]
  readonly provenance: Provenance
  /** Members that an update cannot change, because the initial access token locked them. */
  readonly lockedMembers: readonly string[]
  /** Policies that the initial access token bound the client to, besides those of everybody. */
  readonly boundPolicies: readonly string[]
  readonly statement?: ClientStatement
  readonly review?: Review
  /** Of an agent. Once a client is one it stays one, for otherwise it would be free of its privileges. */
  readonly agent?: AgentIdentity
  /** From then on the client can do nothing, and is removed by and by; absent: no end. */
  readonly expiresAt?: EpochSeconds
  readonly revision: number
  readonly firstUsedAt?: EpochSeconds
  readonly lastUsedAt?: EpochSeconds
}

/** An initial access token as it is kept (RFC 7591 §3); the value itself is shown once and forgotten. */
export interface InitialAccessToken {
  readonly realm: string
  readonly id: string
  readonly digest: string
  readonly label?: string
  readonly createdAt: EpochSeconds
  readonly expiresAt?: EpochSeconds
  /** Absent: as many as wanted. 1: one-time. */
  readonly usesMax?: number
  readonly uses: number
  readonly revokedAt?: EpochSeconds
  /** Given to a client that leaves the member out. */
  readonly defaults: ClientMetadata
  /** Members fixed to these values: a request that says otherwise is refused, at registration and at every update. */
  readonly locked: ClientMetadata
  /** Ids of policy instances that are for clients of this token (and of others that name them). */
  readonly policies: readonly string[]
}

/** One line of the audit trail; `details` holds no secret and no token, ever. */
export interface AuditEvent {
  readonly realm: string
  readonly type: string
  readonly at: EpochSeconds
  readonly actor: string
  readonly client_id?: string
  readonly requestId?: string
  readonly address?: string
  readonly details: JsonObject
}
