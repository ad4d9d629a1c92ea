import type { AssertionAudience, AssertionIssuer } from './assertions/assertion-parties.ts'
import type { Channel, JsonObject } from './client.ts'
import type { Directory } from './directory.ts'
import type { IdentityProvider } from './identity-provider.ts'
import type { ProtectedResource } from './protected-resource.ts'
import type { RefusalCode } from './refusal.ts'
import type { RegistrationSettings } from './registration-settings.ts'
import type { TokenExchangeSettings } from './token-exchange-settings.ts'

/** How statement and request agree about one member (RFC 7591 §3.1.1: the statement wins). */
export type Precedence = 'statement-wins' | 'must-equal' | 'subset' | 'intersect'

/** Somebody whose software statements are believed, and how far (RFC 7591 §2.3). Times in seconds. */
export interface StatementIssuer {
  readonly id: string
  /** Exactly the `iss` of its statements. */
  readonly issuer: string
  readonly description?: string
  readonly keys: StatementIssuerKeys
  readonly algorithms: readonly string[]
  /** Unsigned statements (`alg` none) are accepted from this issuer. Never without somebody asking for it. */
  readonly allowUnsigned: boolean
  /** Expected `typ` of the header, without `application/`; absent: not looked at. */
  readonly type?: string
  readonly audience: 'ignored' | 'optional' | 'required'
  /** Accepted values of `aud` besides the issuer of the realm. */
  readonly audiences: readonly string[]
  /** Since `iat`; absent: any age. */
  readonly maxAgeSeconds?: number
  readonly requireExpiry: boolean
  readonly clockSkewSeconds: number
  /** `refused`: `jti` is required and a statement admits one client, once. */
  readonly replay: 'allowed' | 'refused'
  /** Claims that have to be there, by the JSON type that they must have. */
  readonly requiredClaims: Readonly<Record<string, 'any' | 'string' | 'array' | 'object' | 'number' | 'boolean'>>
  /** Statement claim (dotted where nested) to client metadata member. Claims that are called like members need no entry. */
  readonly claimMap: Readonly<Record<string, string>>
  /** Claims whose value must be among those given, else the software is not approved. */
  readonly statusChecks: readonly { readonly claim: string; readonly accepted: readonly string[] }[]
  readonly precedence: Precedence
  readonly memberPrecedence: Readonly<Record<string, Precedence>>
  /** Claims that answers show besides the metadata: all, only those that became metadata, or the named ones. */
  readonly echo: 'all' | 'mapped' | readonly string[]
}

export type StatementIssuerKeys =
  | { readonly kind: 'jwks'; readonly jwks: JsonObject }
  | { readonly kind: 'jwks-uri'; readonly jwksUri: string; readonly revokedJwksUri?: string }
  /**
   * The chain in the header (`x5c`) leads to one of these trusted CAs; empty: to any of the realm. `subject`: whose certificate
   * it has to be (RFC 4514); without it everybody whom the CAs vouch for can issue statements in the issuer's name.
   */
  | { readonly kind: 'certificates'; readonly trustedCas: readonly string[]; readonly subject?: string }
  /** HMAC with a secret that the server keeps sealed. */
  | { readonly kind: 'secret'; readonly sealed: string }

/** A certificate authority that the realm trusts, by an administrator's word. */
export interface TrustedCa {
  readonly id: string
  readonly pem: string
  /** Revocation lists in PEM; of an issuer without one, nothing counts as revoked. */
  readonly crls: readonly string[]
}

/** A member of client metadata that the operator has invented (RFC 7591 §2: extensions). */
export interface ExtendedProperty {
  readonly name: string
  readonly description?: string
  /** An array of texts; otherwise one text. */
  readonly multiValued: boolean
  readonly required: boolean
  readonly format: 'text' | 'https-uri' | 'email' | 'integer' | 'boolean'
  /** The only values that are accepted; absent: any of the format. */
  readonly values?: readonly string[]
  readonly charactersMax: number
  /** The name of the claim that access tokens of the client carry it under; absent: none. */
  readonly tokenClaim?: string
  /** What a bad value is refused with; default `invalid_client_metadata`. */
  readonly errorCode?: RefusalCode
}

/** A policy in use: a type from the policy folder with its options. Their order is the order in which they judge. */
export interface PolicyInstance {
  readonly id: string
  /** The name of the policy type. */
  readonly policy: string
  readonly options: JsonObject
  readonly enabled: boolean
  /** Only for clients whose initial access token names this instance. */
  readonly onlyBound: boolean
  /** Only for agents, or for all clients but them; absent: for both. */
  readonly appliesTo?: 'agents' | 'others'
  /** Only for clients of these channels; absent: what the policy type is for. */
  readonly channels?: readonly Channel[]
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
  /** What clients can sign with: assertions, request objects, DPoP proofs. */
  readonly clientSigningAlgorithms: readonly string[]
  /** Response types with `code` need the grant `authorization_code` alone, `code id_token` too. */
  readonly hybridWithoutImplicit?: boolean
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
  /** No client has it unless it was granted; the others are common. */
  readonly exclusive?: boolean
  /** The name is a pattern with one `*`, which stands for one character or more. */
  readonly dynamic?: boolean
}

/** Several scopes under one name, which tokens carry as it is. */
export interface ScopeGroup {
  readonly name: string
  readonly description?: string
  readonly exclusive?: boolean
  /** Static scopes of the realm; groups are not nested. */
  readonly scopes: readonly string[]
}

export interface TokenSettings {
  readonly signingAlgorithms: readonly string[]
  readonly accessTokenSigningAlgorithm: string
  readonly accessTokenLifetimeSeconds: number
  /** Of those that pass through the address bar, at most. */
  readonly frontChannelTokenLifetimeSeconds: number
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

/** What every client of the realm has to do, whatever it registered. */
export interface Requirements {
  /** RFC 9126 §5. */
  readonly pushedAuthorizationRequests: boolean
  /** RFC 9101 §10.5. */
  readonly signedRequestObjects: boolean
  /** By DPoP or by a certificate (RFC 9700 §2.2.1). */
  readonly senderConstrainedTokens: boolean
}

/** An issuer with its own keys, clients, scopes and settings. A snapshot: a change makes a new one. */
export interface Realm {
  readonly name: string
  /** Absolute, without a trailing slash; every URL of the realm is built from it and never from `Host`. */
  readonly issuer: string
  /** Where its endpoints are reached with a client certificate (RFC 8705 §5), spelled as the issuer is; absent: nowhere else. */
  readonly mtlsIssuer?: string
  /** Grows with every change of the realm, its keys included: the engine rebuilds when it does. */
  readonly revision: number
  /** Of a realm made at run time: one that is made anew under the same name has another, and nothing of the former one. */
  readonly incarnation?: string
  /** Development alone permits plain http beyond loopback and private addresses. */
  readonly development: boolean
  readonly dialects: readonly string[]
  /** The name of the strictness that its settings were chosen as; what follows from it stands in the other members. */
  readonly profile: string
  readonly registration: RegistrationSettings
  /** Registration is switched on, and what is registered would survive the process: otherwise there is no endpoint. */
  readonly registrationActive: boolean
  readonly capabilities: Capabilities
  readonly scopes: readonly ScopeDefinition[]
  readonly scopeGroups: readonly ScopeGroup[]
  readonly extendedProperties: readonly ExtendedProperty[]
  /** In the order in which they judge. */
  readonly policies: readonly PolicyInstance[]
  readonly statementIssuers: readonly StatementIssuer[]
  readonly trustedCas: readonly TrustedCa[]
  /** Whose word about people is believed. */
  readonly assertionIssuers: readonly AssertionIssuer[]
  /** To whom the realm gives its own. */
  readonly assertionAudiences: readonly AssertionAudience[]
  /** Where people can sign in besides here; in the order in which they are offered. */
  readonly identityProviders: readonly IdentityProvider[]
  /** Scopes of a token request that names none. */
  readonly defaultTokenScopes: readonly string[]
  readonly resources: readonly ProtectedResource[]
  /** `accept`: any absolute URI is a resource with all scopes of the realm (RFC 8707); `refuse`: `invalid_target`. */
  readonly unknownResources: 'accept' | 'refuse'
  /**
   * The resource of a request that names none, as far as `resourceIndicator` goes; `issuer`: the realm itself; absent: an opaque token
   * without audience.
   */
  readonly defaultResource?: string
  /**
   * What a request that names no resource gets (RFC 8707). `optional`, the default: the default resource for client credentials, and
   * otherwise a token without audience; `defaulted`: the default resource, if it asks for one of its scopes; `required`: a refusal.
   */
  readonly resourceIndicator?: 'optional' | 'defaulted' | 'required'
  /** Whose people sign in with their passwords there, in the order in which they are asked. */
  readonly directories: readonly Directory[]
  /** `first`: who is known here with a password is judged here alone; `none`: directories judge everybody. */
  readonly localUsers?: 'first' | 'none'
  readonly tokens: TokenSettings
  /** Of consequence where `capabilities` have the grant. */
  readonly tokenExchange: TokenExchangeSettings
  /** PKCE: `required` for everybody, for `public` and native clients only, or `optional`: for who registered for it. S256 in any case. */
  readonly pkce: 'required' | 'public' | 'optional'
  readonly requirements: Requirements
  /** Errors of clients that registered themselves and that the person at the browser has not consented to: told on a page, or sent to the client. */
  readonly errorsOfUnprovenClients: 'page' | 'redirect'
  /** What requests, assertions and answers have to look like: as their standards say, or as FAPI 1.0 Advanced or FAPI 2.0 narrow them. */
  readonly messageRules: 'standard' | 'fapi1' | 'fapi2'
  /** The `acr` of a sign-in by password (OpenID Connect Core §2); absent: ID tokens have none. */
  readonly passwordAcr?: string
  /** How people prove who they are: pages of ours, or HTTP Basic at the interaction. */
  readonly signIn: 'form' | 'http-basic'
}

/** The realms as they are now; ask late, since a snapshot ages. */
export interface Realms {
  find(name: string): Realm | undefined
  /** The same list until a realm has changed, come or gone. */
  all(): readonly Realm[]
}
