import type { Client, ClientMetadata, JsonValue } from './client.ts'
import type { EpochSeconds } from './epoch-seconds.ts'
import type { PresentedToken } from './ports.ts'
import type { Realm } from './realm.ts'

/** Who asks, as far as the connection tells. */
export interface Source {
  readonly address?: string
  readonly requestId?: string
}

/** What the domain has to know of the dialect (the vendor's wire format) that a request came in. */
export interface DialectRules {
  readonly name: string
  /** Put in front of a generated `client_id`. */
  readonly clientIdPrefix: string
  readonly defaults: ClientMetadata
  /** Make an explicit contradiction of grant and response types agree, instead of refusing it. */
  readonly repairsContradictions: boolean
}

export const standardDialect: DialectRules = {
  name: 'standard',
  clientIdPrefix: '',
  defaults: {},
  repairsContradictions: false,
}

/** RFC 7591 §3.1: `POST` of a JSON body, with or without an initial access token. */
export interface RegistrationRequest {
  readonly realm: Realm
  readonly body: JsonValue
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
}
