import type { AuditEvent, EpochSeconds, JsonObject } from '../registration/index.ts'

/** What is wrong with a certificate authority or a revocation list in PEM, as a sentence; `undefined`: nothing. */
export interface CertificateChecks {
  ofAuthority(pem: string): string | undefined
  /** Of a list to be kept with the certificate authority whose PEM is `ca`. */
  ofList(pem: string, ca: string): string | undefined
}

/** What the database knows of a realm besides its objects. */
export interface RealmState {
  readonly name: string
  readonly revision: number
  /** As an administrator saved them; absent while the configuration file owns them. */
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

export interface RealmStates {
  /** Idempotent. A realm's revision grows only when its `definitionDigest` differs from the stored one. */
  provision(realms: readonly { readonly name: string; readonly definitionDigest: string }[]): Promise<void>
  /** Of these realms, or of all. */
  read(realms?: readonly string[]): Promise<readonly RealmState[]>
  saveProvisionedDigests(realms: readonly { readonly name: string; readonly digest: string }[]): Promise<void>
  saveRegistrationSettings(realm: string, settings: JsonObject, event: AuditEvent): Promise<void>
  /** Told within a second of any change on any node (LISTEN/NOTIFY, with polling as the backstop). */
  onChange(listener: (realms: readonly string[]) => void): Promise<{ stop(): Promise<void> }>
}

/** Realms that administrators make at run time. Every change is told to every node and recorded, or nothing has happened. */
export interface RealmDefinitions {
  /** As long as it is the same, no realm was made, changed by its definition, or removed. */
  fingerprint(): Promise<string>
  /**
   * `moved`: the realms are not those of the fingerprint any more. `removing`: one of this name is still going. `remains`: there
   * are rows of a realm that a configuration file once had.
   */
  create(
    realm: WrittenRealm & { readonly incarnation: string },
    event: AuditEvent,
  ): Promise<'saved' | 'moved' | 'exists' | 'removing' | 'remains'>
  /** Nothing is changed unless the realm is still the one that was judged. */
  replace(realm: WrittenRealm & { readonly ifRevision: number }, event: AuditEvent): Promise<'saved' | 'moved' | 'absent'>
  /** `file`: one that no definition speaks about, and no node serves. `false`: there is no such realm. */
  remove(realm: { readonly name: string; readonly owner: 'definition' | 'file' }, event: AuditEvent): Promise<boolean>
  /** Deletes what is stored of a removed realm, for so long. `true`: nothing is left. */
  sweep(realm: string, milliseconds: number): Promise<boolean>
  /** Until a removed realm can be made anew. `false`: it takes longer. */
  finishRemoval(realm: string, milliseconds: number): Promise<boolean>
}

export interface WrittenRealm {
  readonly name: string
  readonly definition: JsonObject
  readonly definitionDigest: string
  readonly fingerprint: string
  readonly at: EpochSeconds
}

/** What administrators add to a realm at run time. */
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

export interface RealmObject {
  readonly realm: string
  readonly kind: RealmObjectKind
  readonly id: string
  readonly definition: JsonObject
}

/** Every change lets the revision of the realm grow, and records its event, in one transaction. */
export interface RealmObjects {
  /** Of these realms, or of all; policies in the order in which they judge. */
  list(realms?: readonly string[]): Promise<readonly RealmObject[]>
  /** `ifAbsent`: a new one, which comes last; otherwise what is there is replaced and keeps its place. */
  save(object: RealmObject & { readonly ifAbsent: boolean }, event: AuditEvent): Promise<'saved' | 'exists' | 'absent'>
  /** `false`: there is none. */
  remove(object: Pick<RealmObject, 'realm' | 'kind' | 'id'>, event: AuditEvent): Promise<boolean>
  /** `false`: `ids` are not exactly those that there are. */
  reorder(order: Pick<RealmObject, 'realm' | 'kind'> & { readonly ids: readonly string[] }, event: AuditEvent): Promise<boolean>
}

/** Somebody who is told by HTTP request what happens to clients. */
export interface Webhook {
  readonly id: string
  readonly url: string
  readonly events: readonly string[]
  readonly enabled: boolean
  /** Deliveries are signed with it. */
  readonly sealedSecret: string
}
