import type { ClientMetadata } from './client.ts'

/** When a credential is replaced by a new one: the three settings of RFC 7592 §5. */
export type Rotation = 'never' | 'on-update' | 'on-read-and-update'

/** What an administrator decides about registration in a realm; changes at run time. Durations in seconds. */
export interface RegistrationSettings {
  readonly enabled: boolean
  readonly initialAccessTokenRequired: boolean
  /** Agents register themselves as well, on the terms of other clients. What they may do is for administrators to say. */
  readonly agentsAllowed: boolean
  /** An ordinary access token of the realm that carries one of these scopes or scope groups is accepted as initial access token. */
  readonly initialAccessTokenScopes: readonly string[]
  readonly managementEnabled: boolean
  /**
   * `disabled`: no registration access tokens are issued or accepted; an ordinary access token is shown to the policies, and only
   * a policy that guards read, update and delete lets anybody do so. Without such a policy nobody can. `unless-open`: a client
   * that registered with nothing to show gets none, and cannot be managed; every other one gets one.
   */
  readonly registrationAccessTokens: 'issued' | 'unless-open' | 'disabled'
  /** Where ordinary access tokens manage clients: one that asks for a client which is not there is revoked (RFC 7592 §2). */
  readonly unknownClientRevokesToken: boolean
  readonly deletionAllowed: boolean
  /** Of a client that deletes itself: `run-out`, what it got for itself is active until it expires; `end`, nothing is. */
  readonly tokensAfterDeletion: 'end' | 'run-out'
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
  /** Scopes that a self-registered client gets besides those that it asks for. */
  readonly addedScopes?: readonly string[]
  /** Common scopes and scope groups that a self-registered client can have at all; undefined: every common one of the realm. */
  readonly allowedScopes?: readonly string[]
  /** Exclusive scopes and scope groups that a self-registered client can ask for. */
  readonly allowedExclusiveScopes: readonly string[]
  /** What becomes of a request for scopes that the client cannot have beside others that it can. */
  readonly unknownScopes: 'narrow' | 'refuse'
  /** A client that asks for no scope gets `defaultScopes`, or every common scope that it could have. */
  readonly omittedScope: 'default-scopes' | 'common-scopes'
  readonly softwareStatements: SoftwareStatementSettings
  readonly signedRequests: SignedRequestSettings
  /** Whose certificates a self-registered client can authenticate with (`tls_client_auth`). */
  readonly clientCertificateIssuer: ClientCertificateIssuerRule
  /** Other names of members, as a profile has them, and what they mean. */
  readonly memberAliases?: Readonly<Record<string, string>>
  /** Other values of members, by member, and what they mean. */
  readonly valueAliases?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Metadata given to clients that leave the member out. */
  readonly clientDefaults: ClientMetadata
  readonly redirectUris: RedirectUriSettings
  /** Algorithms before the keys that they need, bound tokens in the address bar: `accept` leaves it to fail when it is used. */
  readonly unusableMetadata: 'refuse' | 'accept'
  /** When the document behind `sector_identifier_uri` is fetched and has to be right: `always`, or with `pairwise` identifiers alone. */
  readonly sectorDocuments: 'always' | 'pairwise'
  /** A self-registered client that was never used is removed after this time; 0: never. */
  readonly unusedClientLifetimeSeconds: number
  /** A client that waits for approval is removed after this time; 0: never. */
  readonly pendingClientLifetimeSeconds: number
}

/** `none`: nobody registers for it; `any`: every trusted CA of the realm; `one`: the trusted CA with that id. */
export type ClientCertificateIssuerRule =
  | { readonly rule: 'none' }
  | { readonly rule: 'any' }
  | { readonly rule: 'one'; readonly trustedCa: string }

export interface SoftwareStatementSettings {
  readonly required: boolean
  /** In an update: `accept` one, `require` one, or `refuse` any. The one that a client has is in force either way. */
  readonly onUpdate: 'accept' | 'require' | 'refuse'
  /** Claims that every statement must have, whichever issuer it is from. */
  readonly requiredClaims: readonly string[]
}

/** A registration request that is a JWT, signed with keys that the software statement in it names. Times in seconds. */
export interface SignedRequestSettings {
  /** `never`: JSON only; `also`: either; `only`: JSON is refused. */
  readonly accepted: 'never' | 'also' | 'only'
  readonly algorithms: readonly string[]
  /** The claim of the statement that `iss` must equal, such as `software_id`; absent: `iss` is not looked at. */
  readonly issuerClaim?: string
  /** The claim of the statement that names the set of the software's revoked keys, such as `software_jwks_revoked_endpoint`. */
  readonly revokedKeysClaim?: string
  /** Accepted values of `aud` besides the issuer of the realm. */
  readonly audiences: readonly string[]
  readonly audienceRequired: boolean
  /** Between `iat` and `exp` at most; both have to be there. */
  readonly lifetimeSecondsMax: number
  readonly clockSkewSeconds: number
  /** `single-use`: required, and never accepted twice. */
  readonly jti: 'optional' | 'required' | 'single-use'
  /** `uuid`: `jti` must be one of version 4. */
  readonly jtiFormat: 'any' | 'uuid'
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
  /** A web client may send people to loopback after a logout. */
  readonly logoutAllowsLoopback: boolean
}
