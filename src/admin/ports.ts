import type { Logger } from 'pino'
import type {
  Agents,
  AuditEvent,
  Client,
  DialectRules,
  EpochSeconds,
  InitialAccessToken,
  InitialAccessTokenRequest,
  IssuedStatement,
  JsonObject,
  JsonValue,
  PolicyInstance,
  PolicyTypes,
  Realm,
  Realms,
  Registration,
  StatementOrder,
} from '../registration/index.ts'
import type { DeliveryAdministration, NodeAdministration, ObjectAdministrations, TrustedCaReader } from './ports-of-objects.ts'
import type { RealmAdministration } from './ports-of-realms.ts'
import type { UserAdministration } from './ports-of-users.ts'

export type * from './ports-of-objects.ts'
export type * from './ports-of-realms.ts'
export type * from './ports-of-users.ts'

/** What the admin API needs from the rest of the server; `app.ts` connects it. */
export interface AdminPorts {
  readonly realms: Realms
  readonly runTimeRealms: RealmAdministration
  readonly users: UserAdministration
  readonly clients: ClientAdministration
  readonly agents: Agents
  readonly initialAccessTokens: InitialAccessTokenAdministration
  readonly settings: SettingsAdministration
  readonly objects: ObjectAdministrations
  readonly policyTypes: PolicyTypes
  /** A chain of policies that is not saved. @throws Refusal whose members are JSON pointers that begin with `policies/`. */
  readonly readPolicies: (written: JsonValue, realm: Realm) => readonly PolicyInstance[]
  readonly trustedCas: TrustedCaReader
  readonly registration: RegistrationAdministration
  /** What the domain has to know of a dialect; of an unknown one, the standard's. */
  readonly dialectRulesOf: (name: string) => DialectRules
  readonly deliveries: DeliveryAdministration
  readonly nodes: NodeAdministration
  readonly keys: KeyAdministration
  /** @throws Refusal whose members are JSON pointers into the order, without the leading slash. */
  readonly softwareStatements: { issue(order: StatementOrder): Promise<IssuedStatement> }
  readonly audit: { list(query: AuditQuery): Promise<readonly (AuditEvent & { readonly id: string })[]> }
  /** Compares with the configured administrator token in constant time. */
  readonly isAdministrator: (bearerToken: string) => boolean
  readonly health: () => Promise<readonly HealthCheck[]>
  /** Prometheus text. */
  readonly metrics: () => Promise<string>
  readonly now: () => EpochSeconds
  readonly log: Logger
}

export interface ClientQuery {
  readonly realm: string
  readonly limit: number
  /** Keyset: `client_id` of the last one seen; ids are time-ordered. */
  readonly after?: string
  readonly channel?: string
  readonly state?: string
  readonly software_id?: string
  /** Case-insensitive part of `client_name`. */
  readonly name?: string
  /** An extended property with exactly this value, or with it among its values. */
  readonly property?: { readonly name: string; readonly value: string }
}

/** What the domain does at an administrator's word. */
export type RegistrationAdministration = Pick<
  Registration,
  | 'createByAdministrator'
  | 'replaceByAdministrator'
  | 'mergeByAdministrator'
  | 'importClient'
  | 'approve'
  | 'refuse'
  | 'rotateSecret'
  | 'rotateRegistrationAccessToken'
  | 'preview'
  | 'replay'
>

export interface HistoryQuery {
  readonly realm: string
  readonly client_id: string
  readonly limit: number
  /** The id of the event that made the last revision seen. */
  readonly after?: string
}

/** What a client was, or is. */
export interface ClientRevision
  extends Pick<Client, 'revision' | 'channel' | 'state' | 'firstParty' | 'metadata' | 'boundPolicies' | 'statement' | 'review'> {
  readonly at: EpochSeconds
  /** What became of the registration in this revision, and by whom. */
  readonly madeBy?: RecordedEvent
  /** The client was removed in this state. */
  readonly removedBy?: RecordedEvent
}

export type RecordedEvent = AuditEvent & { readonly id: string }

export interface ClientAdministration {
  list(query: ClientQuery): Promise<readonly Client[]>
  find(realm: string, client_id: string): Promise<Client | undefined>
  /** Newest first, beginning with the client as it is, or as it was removed. */
  history(query: HistoryQuery): Promise<readonly ClientRevision[]>
  /** Takes everything along that the client held. `false`: there is none. */
  remove(realm: Realm, client_id: string, actor: string): Promise<boolean>
  setState(realm: Realm, client_id: string, state: 'active' | 'suspended', actor: string): Promise<Client | undefined>
}

export interface InitialAccessTokenAdministration {
  /** `value` is shown this once. @throws Refusal when `defaults` or `locked` are not valid client metadata. */
  create(
    request: InitialAccessTokenRequest,
    actor: string,
  ): Promise<{ readonly token: InitialAccessToken; readonly value: string }>
  list(realm: string, limit: number, after?: string): Promise<readonly InitialAccessToken[]>
  find(realm: string, id: string): Promise<InitialAccessToken | undefined>
  revoke(token: { readonly realm: string; readonly id: string }, actor: string): Promise<boolean>
}

export interface SettingsAdministration {
  /** JSON Schema of the settings, for the description of the API. */
  readonly schema: object
  read(realm: string): Promise<{ readonly settings: JsonObject; readonly provisioned: boolean; readonly revision: number }>
  /**
   * `provisioned`: the configuration file owns them, and nothing was saved.
   * @throws Refusal with a violation per bad member; `member` is a JSON pointer without the leading slash.
   */
  save(realm: string, settings: JsonObject, actor: string): Promise<'saved' | 'provisioned'>
}

export interface KeySummary {
  readonly kid: string
  readonly alg: string
  readonly state: 'next' | 'signing' | 'retired'
  readonly createdAt: EpochSeconds
  readonly signsFrom: EpochSeconds
  readonly publishedUntil?: EpochSeconds
}

export interface KeyAdministration {
  list(realm: string): Promise<readonly KeySummary[]>
  /** A new key for `alg` (every algorithm if absent); it signs at once or after the JWKS cache period. */
  rotate(
    realm: string,
    options: { readonly alg?: string; readonly immediately?: boolean },
    actor: string,
  ): Promise<readonly KeySummary[]>
}

export interface AuditQuery {
  readonly realm: string
  readonly limit: number
  readonly after?: string
  readonly type?: string
  readonly client_id?: string
}

export interface HealthCheck {
  readonly name: string
  readonly ok: boolean
  readonly detail?: string
}
