import type { AuditEvent, Client, EpochSeconds, JsonObject } from '../registration/index.ts'

/**
 * What other rooms ask of a store, as this room understands it. Rooms do not import one another: that these are the
 * same shapes as in their `ports.ts` is checked where `app.ts` puts one in the place of the other.
 */
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

export interface StoredObject {
  readonly payload: Readonly<Record<string, unknown>>
  readonly consumedAt?: EpochSeconds
  readonly expiresAt?: EpochSeconds
}

export interface SigningKey {
  readonly realm: string
  readonly kid: string
  readonly alg: string
  readonly publicJwk: Readonly<Record<string, unknown>>
  readonly sealedPrivateJwk: string
  readonly createdAt: EpochSeconds
  readonly signsFrom: EpochSeconds
  readonly publishedUntil?: EpochSeconds
}

export interface KeyChange {
  readonly insert: readonly SigningKey[]
  readonly publishUntil: Readonly<Record<string, EpochSeconds>>
  readonly isUnheardOf?: boolean
}

export interface Consent {
  readonly realm: string
  readonly accountId: string
  readonly client_id: string
  readonly scopes: readonly string[]
  readonly claims: readonly string[]
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>
  readonly faceDigest: string
  readonly givenAt: EpochSeconds
}

export interface Account {
  readonly id: string
  readonly username?: string
  readonly claims: Readonly<Record<string, unknown>>
}

export interface User extends Account {
  readonly realm: string
  readonly username: string
  readonly passwordHash: string
  readonly active: boolean
  readonly provisioned: boolean
}

export type ProvisionedUser = Omit<User, 'realm' | 'provisioned'>

export interface ClientQuery {
  readonly realm: string
  readonly limit: number
  readonly after?: string
  readonly channel?: string
  readonly state?: string
  readonly software_id?: string
  readonly name?: string
  /** An extended property with exactly this value, or with it among its values. */
  readonly property?: { readonly name: string; readonly value: string }
}

export interface HistoryQuery {
  readonly realm: string
  readonly client_id: string
  readonly limit: number
  /** The id of the event that made the last revision seen. */
  readonly after?: string
}

/** What a client was, or is. */
export interface ClientRevision
  extends Pick<
    Client,
    'revision' | 'channel' | 'state' | 'firstParty' | 'metadata' | 'boundPolicies' | 'statement' | 'review' | 'expiresAt'
  > {
  readonly at: EpochSeconds
  /** What became of the registration in this revision, and by whom. */
  readonly madeBy?: RecordedEvent
  /** The client was removed in this state. */
  readonly removedBy?: RecordedEvent
}

export interface AuditQuery {
  readonly realm: string
  readonly limit: number
  readonly after?: string
  readonly type?: string
  readonly client_id?: string
}

export type RecordedEvent = AuditEvent & { readonly id: string }

export interface RealmState {
  readonly name: string
  readonly revision: number
  readonly registrationSettings?: JsonObject
  /** Of the users and clients that the configuration file last gave it. */
  readonly provisionedDigest?: string
  /** Of a realm that administrators made, as they wrote it. */
  readonly definition?: JsonObject
  readonly definitionDigest?: string
  /** Another one when the realm is removed and made anew. */
  readonly incarnation?: string
  readonly createdAt?: EpochSeconds
  readonly updatedAt?: EpochSeconds
}

export interface RealmDefinition {
  readonly name: string
  readonly definitionDigest: string
}

/** What administrators define at run time, besides the registration settings. */
export type RealmObjectKind =
  | 'policy'
  | 'statement-issuer'
  | 'trusted-ca'
  | 'extended-property'
  | 'scope'
  | 'scope-group'
  | 'assertion-issuer'
  | 'assertion-audience'
  | 'webhook'
  | 'resource'
  | 'identity-provider'
  | 'directory'

export interface RealmObjectKey {
  readonly realm: string
  readonly kind: RealmObjectKind
  readonly id: string
}

export interface RealmObject extends RealmObjectKey {
  /** Orders the objects of a kind. */
  readonly position: number
  readonly definition: JsonObject
  readonly createdAt: EpochSeconds
  readonly updatedAt: EpochSeconds
}

export interface RealmObjectChange extends RealmObjectKey {
  readonly definition: JsonObject
  /** Absent: where it was, or behind all others. */
  readonly position?: number
  /** `true`: a new one is made, and there must be none; otherwise one is replaced, and it must be there. */
  readonly ifAbsent?: boolean
}

export interface DeliveryKey {
  readonly realm: string
  readonly id: string
}

/** An event on its way to a webhook. */
export interface Delivery extends DeliveryKey {
  readonly webhook: string
  readonly event: RecordedEvent
  readonly state: 'waiting' | 'dead'
  /** So far, one that is under way included. */
  readonly attempts: number
  readonly nextAt: EpochSeconds
  readonly lastError?: string
  readonly createdAt: EpochSeconds
}

/** Which deliveries are wanted: of webhooks that are known and switched on, so many of each, so many altogether. */
export interface DeliveryRound {
  readonly webhooks: readonly { readonly realm: string; readonly id: string; readonly limit: number }[]
  readonly limit: number
  readonly now: EpochSeconds
  readonly leaseSeconds: number
}

export interface DeliveryCounts {
  readonly waiting: number
  readonly dead: number
}

export interface DeliveryQuery {
  readonly realm: string
  readonly limit: number
  readonly after?: string
  readonly state?: Delivery['state']
  readonly webhook?: string
}

/** A realm as a node runs it. */
export interface RunningRealm {
  readonly name: string
  readonly revision: number
  /** Of what the node's configuration file says about the realm. */
  readonly definitionDigest: string
}

export interface NodeIdentity {
  readonly id: string
  readonly version: string
  /** Host and port, for people; a node that starts takes the place of the one that was there before. */
  readonly address: string
  readonly publicUrl: string
  readonly startedAt: EpochSeconds
}

export interface NodeState extends NodeIdentity {
  readonly seenAt: EpochSeconds
  /** `lost`: not heard of any more, and it has not said goodbye. */
  readonly state: 'current' | 'behind' | 'lost'
  /** By realm. */
  readonly revisions: Readonly<Record<string, number>>
  readonly behind: readonly RealmBehind[]
}

export interface RealmBehind {
  readonly realm: string
  /** Absent: the node does not have the realm. */
  readonly runs?: number
  readonly current: number
  /** `file`: its configuration file says something else than the one that was taken in use last. */
  readonly reason: 'revision' | 'file'
}

/** Whether what is committed outlives the process, and a failure of the machine; else why not, in words. */
export interface Durability {
  readonly durable: boolean
  readonly reason?: string
}
