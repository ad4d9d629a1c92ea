import type { ClientMetadata } from './client.ts'

/** When a credential is replaced by a new one: the three settings of RFC 7592 §5. */
export type Rotation = 'never' | 'on-update' | 'on-read-and-update'

/** What an administrator decides about registration in a realm; changes at run time. Durations in seconds. */
export interface RegistrationSettings {
  readonly enabled: boolean
  readonly initialAccessTokenRequired: boolean
  /** An ordinary access token of the realm that carries one of these scopes is accepted as initial access token. */
  readonly initialAccessTokenScopes: readonly string[]
  readonly managementEnabled: boolean
  readonly deletionAllowed: boolean
  readonly rotateRegistrationAccessToken: Rotation
  readonly registrationAccessTokenGraceSeconds: number
  readonly rotateClientSecret: Rotation
  readonly clientSecretGraceSeconds: number
  /** 0: secrets do not expire. */
  readonly clientSecretLifetimeSeconds: number
  /** RFC 7592 §2.2 forbids `client_id_issued_at` and the like in an update; many clients echo them all the same. */
  readonly serverMembersInUpdate: 'refuse' | 'ignore'
  /** Scopes a client gets that asks for none. */
  readonly defaultScopes: readonly string[]
  /** Scopes that a self-registered client can have at all; undefined: every scope of the realm. */
  readonly allowedScopes?: readonly string[]
  /** Metadata given to clients that leave the member out. */
  readonly clientDefaults: ClientMetadata
  readonly redirectUris: RedirectUriSettings
  /** A self-registered client that was never used is removed after this time; 0: never. */
  readonly unusedClientLifetimeSeconds: number
}

export interface RedirectUriSettings {
  /** Private-use schemes without a period that are accepted all the same (RFC 8252 §7.1), such as `cursor`. */
  readonly undottedSchemes: readonly string[]
  /** Claimed `https` redirects for native clients (RFC 8252 §7.2), and lists that mix them with loopback. */
  readonly nativeAllowsHttps: boolean
  /** A client without `application_type` that has a loopback or private-scheme redirect counts as native. */
  readonly inferNative: boolean
  /** A web client may register loopback redirects (code flow only). */
  readonly webAllowsLoopback: boolean
}

/**
 * What the realm can serve. One source for three things: what discovery advertises, what registration
 * accepts, and how the engine is configured; so that they cannot disagree (OIDR-DISC-11).
 */
export interface Capabilities {
  readonly grantTypes: readonly string[]
  readonly responseTypes: readonly string[]
  /** Allowed values of every single-valued enumerated member, by member name, e.g. `id_token_signed_response_alg`. */
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly authorizationDetailsTypes: readonly string[]
  readonly features: Features
}

export interface Features {
  readonly dPoP: boolean
  readonly mTLS: boolean
  readonly pushedAuthorizationRequests: boolean
  readonly requestObjects: boolean
  readonly requestUris: boolean
  readonly jwtResponseModes: boolean
  readonly deviceFlow: boolean
  readonly ciba: boolean
  readonly richAuthorizationRequests: boolean
  readonly encryption: boolean
  readonly introspection: boolean
  readonly revocation: boolean
  readonly rpInitiatedLogout: boolean
  readonly backchannelLogout: boolean
  readonly frontchannelLogout: boolean
}

export interface ScopeDefinition {
  readonly name: string
  readonly description?: string
}

/** A protected resource that tokens can be made for (RFC 8707). */
export interface ResourceServer {
  readonly identifier: string
  readonly scopes: readonly string[]
  readonly accessTokenFormat: 'jwt' | 'opaque'
  readonly accessTokenLifetimeSeconds?: number
}

export interface TokenSettings {
  readonly signingAlgorithms: readonly string[]
  readonly accessTokenSigningAlgorithm: string
  readonly accessTokenLifetimeSeconds: number
  readonly authorizationCodeLifetimeSeconds: number
  readonly idTokenLifetimeSeconds: number
  readonly refreshTokenLifetimeSeconds: number
  readonly refreshTokenIdleSeconds: number
  readonly rotateRefreshTokens: boolean
  /** `always`: every client with the grant gets one; `offline_access`: only when that scope was granted. */
  readonly issueRefreshToken: 'always' | 'offline_access'
  readonly deviceCodeLifetimeSeconds: number
  readonly deviceCodeIntervalSeconds: number
}

/** An issuer with its own keys, clients, scopes and settings. A snapshot: a change makes a new one. */
export interface Realm {
  readonly name: string
  /** Absolute, without a trailing slash; every URL of the realm is built from it and never from `Host`. */
  readonly issuer: string
  /** Grows with every change of the realm, its keys included: the engine rebuilds when it does. */
  readonly revision: number
  /** Development alone permits plain http beyond loopback and private addresses. */
  readonly development: boolean
  readonly dialects: readonly string[]
  readonly registration: RegistrationSettings
  readonly capabilities: Capabilities
  readonly scopes: readonly ScopeDefinition[]
  /** Scopes of a token request that names none. */
  readonly defaultTokenScopes: readonly string[]
  readonly resources: readonly ResourceServer[]
  /** `accept`: any absolute URI is a resource with all scopes of the realm (RFC 8707); `refuse`: `invalid_target`. */
  readonly unknownResources: 'accept' | 'refuse'
  /** The resource of a client credentials request that names none; absent: an opaque token without audience. */
  readonly defaultResource?: string
  readonly tokens: TokenSettings
  /** PKCE: `required` for everybody, or `public` clients only. S256 in any case. */
  readonly pkce: 'required' | 'public'
  /** How people prove who they are: pages of ours, or HTTP Basic at the interaction. */
  readonly signIn: 'form' | 'http-basic'
  /** PEM certificates that a client certificate must chain to for `tls_client_auth`. */
  readonly trustedCertificates: readonly string[]
}

/** The realms as they are now; ask late, since a snapshot ages. */
export interface Realms {
  find(name: string): Realm | undefined
  all(): readonly Realm[]
}
