import type { JsonObject } from '../client.ts'

/** What the assertions of an issuer are good for: `subject_token` and `actor_token`, the JWT bearer grant, or ID-JAGs in it. */
export type AssertionUse = 'token-exchange' | 'jwt-bearer' | 'id-jag'

/**
 * Somebody outside of the realm whose word about people is believed, and how far (RFC 7521 §2, RFC 7523 §3): a foreign issuer,
 * or another realm. Times in seconds.
 */
export interface AssertionIssuer {
  readonly id: string
  /** Exactly the `iss` of its assertions. */
  readonly issuer: string
  readonly description?: string
  readonly keys: AssertionIssuerKeys
  readonly algorithms: readonly string[]
  readonly uses: readonly AssertionUse[]
  /** Clients of the realm that may bring its assertions, by `client_id`; `any`: all that have the grant. */
  readonly clients: 'any' | readonly string[]
  /** Clients that cannot authenticate may bring them too; to an exchange, only where the realm lets such clients exchange tokens. */
  readonly publicClients: boolean
  /** What tokens that are made from its assertions can have, whatever the assertion says. */
  readonly scopes: readonly string[]
  /** Accepted values of `aud` besides the issuer of the realm and its token endpoint. */
  readonly audiences: readonly string[]
  /** Since `iat`; absent: any age. */
  readonly maxAgeSeconds?: number
  /** Between now and `exp` at most. */
  readonly lifetimeMaxSeconds: number
  readonly clockSkewSeconds: number
  /** `refused`: an assertion needs a `jti`, and gets one token. Tokens that are exchanged may be exchanged again. */
  readonly replay: 'allowed' | 'refused'
  /** Claims that must be there, each with one of these values. */
  readonly requiredClaims: Readonly<Record<string, readonly string[]>>
  readonly subject: SubjectMapping
  /** How long tokens from its assertions live at most. Those from an exchange end with what they were made from. */
  readonly tokenLifetimeSeconds: number
}

export type AssertionIssuerKeys =
  | { readonly kind: 'jwks'; readonly jwks: JsonObject }
  | { readonly kind: 'jwks-uri'; readonly jwksUri: string }
  /** Another realm of this server: its keys are at hand, and so is what became of its tokens. */
  | { readonly kind: 'realm'; readonly realm: string }

/** Who a foreign subject is here. Nobody becomes a person of the realm unless the mapping says how. */
export type SubjectMapping =
  /** Somebody without an account, whom `sub` of new tokens names by a digest of issuer and subject. */
  | { readonly kind: 'foreign' }
  /** The account with that very id: the issuer knows people by the ids of this realm. */
  | { readonly kind: 'account-id' }
  /** The account whose user name the claim has; of `email` only in these domains, which the issuer speaks for. */
  | { readonly kind: 'username'; readonly claim: string; readonly emailDomains: readonly string[] }
  /** The account that the subject signs in to by an identity provider of the realm, which is the same issuer. */
  | { readonly kind: 'identity-provider'; readonly provider: string }
  /** The account whose user name stands beside the subject. */
  | { readonly kind: 'table'; readonly accounts: Readonly<Record<string, string>> }

/** An authorization server elsewhere for which the realm vouches for its people, by identity assertions (ID-JAG). */
export interface AssertionAudience {
  readonly id: string
  /** Its issuer identifier: `aud` of the assertions. */
  readonly issuer: string
  readonly description?: string
  /** Other values of `audience` that mean it. */
  readonly aliases: readonly string[]
  /** Who gets assertions for it, and as which client it knows them; absent: by the same `client_id`. */
  readonly clients: readonly { readonly client_id: string; readonly clientIdThere?: string }[]
  /** What `resource` may name. */
  readonly resources: readonly string[]
  /** What `scope` may have, in that server's words. */
  readonly scopes: readonly string[]
  /** Claims about the person that it is told, as far as they are known. */
  readonly claims: readonly string[]
  readonly lifetimeSeconds: number
  /** Absent: what the realm signs access tokens with. */
  readonly algorithm?: string
}
