import type { AgentDescription } from './agents/agent-description.ts'
import type { AgentIdentity, Channel, Client, ClientMetadata, JsonValue } from './client.ts'
import type { EpochSeconds } from './epoch-seconds.ts'
import type { DialectWords } from './metadata/dialect-words.ts'
import type { PresentedCertificate } from './policy-authority/define-policy.ts'
import type { PresentedToken } from './ports.ts'
import type { PolicyInstance, Realm } from './realm.ts'

/** Who asks, as far as the connection tells. */
export interface Source {
  readonly address?: string
  readonly requestId?: string
  /** The client certificate of the connection. */
  readonly certificate?: PresentedCertificate
}

/** What the domain has to know of the dialect (the vendor's wire format) that a request came in. */
export interface DialectRules {
  readonly name: string
  /** Put in front of a generated `client_id`. */
  readonly clientIdPrefix: string
  /** `uuid`: with hyphens; `alphanumeric`: the same bits in 22 letters and digits. */
  readonly clientIdForm: 'uuid' | 'alphanumeric'
  readonly defaults: ClientMetadata
  /** Make an explicit contradiction of grant and response types agree, instead of refusing it. */
  readonly repairsContradictions: boolean
  /** Refuse what the realm does not serve, each thing, instead of leaving it out. Default: only where nothing else is left. */
  readonly refusesUnserved?: boolean
  /** In which words it writes client metadata; absent: in those of the registry. */
  readonly words?: DialectWords
  /** An update replaces the registration access token at once, whatever the realm says about rotation. */
  readonly replacesTokenOnUpdate?: true
  /** What only the server issues says nothing in an update, `client_id` included: the address says which client it is. */
  readonly ignoresServerMembers?: true
}

export const standardDialect: DialectRules = {
  name: 'standard',
  clientIdPrefix: '',
  clientIdForm: 'uuid',
  defaults: {},
  repairsContradictions: false,
}

/** RFC 7591 §3.1: `POST` of a JSON body, with or without an initial access token. */
export interface RegistrationRequest {
  /** What registers is to be an agent. */
  readonly isForAgents?: true
  readonly realm: Realm
  readonly body: JsonValue
  /** A request that came as a signed JWT (`application/jwt`), whose payload nobody has believed yet; `body` is not looked at then. */
  readonly signedRequest?: string
  readonly presented?: PresentedToken
  readonly source: Source
  readonly dialect: DialectRules
}

/** RFC 7592 §2: a call of the client configuration endpoint with a registration access token. */
export interface ConfigurationRequest {
  readonly realm: Realm
  readonly client_id: string
  readonly presented?: PresentedToken
  readonly source: Source
  readonly dialect: DialectRules
}

/** PUT replaces (RFC 7592 §2.2); PATCH merges (RFC 7396) and is then judged like PUT. */
export interface UpdateRequest extends ConfigurationRequest {
  readonly body: JsonValue
  /** As at registration; a merge is never signed. */
  readonly signedRequest?: string
}

/**
 * What the requester is told. `client_secret` and `registration_access_token` are in clear only where they are new
 * (or, for the token, where the requester just presented it): nothing that was stored can be shown again.
 */
export interface ClientInformation {
  readonly client: Client
  readonly client_secret?: string
  /** 0: never. Present whenever the client has a secret at all (RFC 7591 §3.2.1). */
  readonly client_secret_expires_at?: EpochSeconds
  readonly registration_access_token?: string
}

/** An initial access token as an administrator asks for it. */
export interface InitialAccessTokenRequest {
  readonly realm: Realm
  readonly label?: string
  readonly lifetimeSeconds?: number
  readonly usesMax?: number
  readonly defaults?: ClientMetadata
  readonly locked?: ClientMetadata
  /** Ids of policy instances. */
  readonly policies?: readonly string[]
}

/** A client that an administrator makes: judged like any other by the policies that are about metadata. */
export interface AdministratorRegistration {
  readonly realm: Realm
  readonly actor: string
  readonly body: JsonValue
  /** Chosen by the administrator; absent: made by us. */
  readonly client_id?: string
  readonly firstParty: boolean
  /** The client is to be an agent. */
  readonly agent?: AgentDescription
}

/** A client that comes from elsewhere, or from an export of ours. Judged as its channel is judged; never overwrites another. */
export interface ImportedClient {
  readonly realm: Realm
  readonly actor: string
  readonly client_id: string
  readonly channel: Channel
  readonly state: 'active' | 'suspended'
  readonly firstParty: boolean
  readonly body: JsonValue
  /** In clear, as the client knows it; kept as a digest, or sealed where its use needs that. */
  readonly client_secret?: string
  readonly client_id_issued_at?: EpochSeconds
  /** What its initial access token fixed, and the policies that it brought: they bind the client here as well. */
  readonly lockedMembers?: readonly string[]
  readonly boundPolicies?: readonly string[]
  /** Of an agent, which stays one: it would be free of its privileges otherwise. */
  readonly agent?: AgentIdentity
}

/** A registration, or an update of `client_id`, that is judged and not made. An administrator says who would be asking. */
export interface PreviewRequest {
  readonly realm: Realm
  readonly dialect: DialectRules
  readonly body: JsonValue
  readonly signedRequest?: string
  readonly client_id?: string
  readonly channel: Channel
  /** The id of an initial access token; its defaults, fixed members and policies are applied. */
  readonly initialAccessToken?: string
  readonly source: Source
  /** A chain that is not saved, instead of the realm's. */
  readonly policies?: readonly PolicyInstance[]
}

/** The last registrations of a realm, judged by another chain. */
export interface ReplayRequest {
  readonly realm: Realm
  readonly policies: readonly PolicyInstance[]
  readonly limit: number
  readonly dialectOf: (name: string) => DialectRules
}
