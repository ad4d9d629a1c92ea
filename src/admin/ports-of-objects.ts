import type { AuditEvent, EpochSeconds, JsonObject } from '../registration/index.ts'

/** An object of a realm as administrators see it, without secrets. */
export interface ManagedObject {
  readonly id: string
  /** The configuration file owns it, and nobody changes it here. */
  readonly provisioned: boolean
  readonly definition: JsonObject
}

export type ObjectOutcome =
  | { readonly outcome: 'saved'; readonly object: ManagedObject }
  | { readonly outcome: 'exists' | 'absent' | 'provisioned' }
  /** Something else in the realm would no longer fit. */
  | { readonly outcome: 'in-use'; readonly uses: readonly { readonly place: string; readonly message: string }[] }

/** One kind of object in the realms. Each save may throw a `Refusal`; `member` is a JSON pointer without the leading slash. */
export interface ObjectAdministration {
  /** JSON Schema of what is written. */
  readonly schema: object
  list(realm: string): Promise<readonly ManagedObject[]>
  create(realm: string, written: JsonObject, actor: string): Promise<ObjectOutcome>
  replace(realm: string, id: string, written: JsonObject, actor: string): Promise<ObjectOutcome>
  remove(realm: string, id: string, actor: string): Promise<ObjectOutcome | { readonly outcome: 'removed' }>
  /** `false`: `ids` are not exactly those that can be moved. */
  reorder(realm: string, ids: readonly string[], actor: string): Promise<boolean>
}

export type ObjectMember =
  | 'scopes'
  | 'scopeGroups'
  | 'extendedProperties'
  | 'policies'
  | 'statementIssuers'
  | 'trustedCas'
  | 'assertionIssuers'
  | 'assertionAudiences'
  | 'webhooks'
  | 'resources'
  | 'identityProviders'
  | 'directories'

export type ObjectAdministrations = Readonly<Record<ObjectMember, ObjectAdministration>>

/** What a certificate and a revocation list say of themselves; `problem` is a sentence that tells what is accepted. */
export interface TrustedCaReader {
  describe(pem: string, at: EpochSeconds): object | { readonly problem: string }
  /** A list to be kept with the certificate authority whose PEM is `ca`. */
  describeList(pem: string, ca: string, at: EpochSeconds): object | { readonly problem: string }
}

/** An event on its way to a webhook. */
export interface Delivery {
  readonly realm: string
  readonly id: string
  readonly webhook: string
  readonly event: AuditEvent & { readonly id: string }
  readonly state: 'waiting' | 'dead'
  readonly attempts: number
  readonly nextAt: EpochSeconds
  readonly lastError?: string
  readonly createdAt: EpochSeconds
}

export interface DeliveryQuery {
  readonly realm: string
  readonly limit: number
  readonly after?: string
  readonly state?: Delivery['state']
  readonly webhook?: string
}

interface DeliveryKey {
  readonly realm: string
  readonly id: string
}

export interface DeliveryAdministration {
  list(query: DeliveryQuery): Promise<readonly Delivery[]>
  /** A dead one is due again, with its attempts counted anew. `false`: there is none. */
  retry(key: DeliveryKey, now: EpochSeconds): Promise<boolean>
  discard(key: DeliveryKey): Promise<boolean>
}

/** A node of the cluster, compared with what the database knows. */
export interface NodeState {
  readonly id: string
  readonly version: string
  readonly address: string
  readonly publicUrl: string
  readonly startedAt: EpochSeconds
  readonly seenAt: EpochSeconds
  readonly state: 'current' | 'behind' | 'lost'
  readonly revisions: Readonly<Record<string, number>>
  readonly behind: readonly {
    readonly realm: string
    readonly runs?: number
    readonly current: number
    readonly reason: 'revision' | 'file'
  }[]
}

export interface NodeAdministration {
  /** As far as these realms are concerned. */
  list(realms: readonly string[]): Promise<readonly NodeState[]>
}
