import type { Static, TObject } from 'typebox'
import type { AdministrativeState, Channel, ClientMetadata, JsonObject, JsonValue } from '../client.ts'
import type { EpochSeconds } from '../epoch-seconds.ts'
import type { RefusalCode } from '../refusal.ts'

/** What happens to the client: RFC 7591 §3.1, RFC 7592 §2.2, §2.1, §2.3. A merge (PATCH) is an update. */
export type Operation = 'create' | 'update' | 'read' | 'delete'

/** Everything that a policy may look at. A snapshot: nothing in it can be changed, and nothing more can be asked. */
export interface PolicyContext {
  readonly operation: Operation
  /** The resulting client, as it would be registered; on read and delete, as it is. */
  readonly metadata: ClientMetadata
  /** On create and update, what the request itself says, before its statement and any default: what is understood of it. */
  readonly requested?: ClientMetadata
  /** The client so far, on every operation but create. */
  readonly client?: PolicyClient
  readonly requester: Requester
  /** The client is an agent, or is to become one. */
  readonly isAgent?: boolean
  /** The statement in force: the one of this request, or the one that the client was registered with. */
  readonly statement?: { readonly issuer: string; readonly claims: JsonObject; readonly isNew: boolean }
  readonly realm: PolicyRealm
  readonly now: EpochSeconds
}

export interface PolicyClient {
  readonly client_id: string
  readonly client_id_issued_at: EpochSeconds
  readonly channel: Channel
  readonly state: AdministrativeState
  /** As it is registered before this operation. */
  readonly metadata: ClientMetadata
}

/** Who asks, as far as it was proved. */
export interface Requester {
  readonly channel: Channel
  /** The initial access token that was presented, or that the client was admitted with. */
  readonly initialAccessToken?: { readonly id: string; readonly label?: string }
  /** An ordinary access token of the realm that was presented and is valid; scope groups stand among the scopes. */
  readonly accessToken?: { readonly client_id: string; readonly scopes: readonly string[] }
  /** IPv4 or IPv6, as text without a zone. */
  readonly address?: string
  readonly certificate?: PresentedCertificate
  /** The request was signed with keys that its software statement names. */
  readonly isSigned: boolean
  /** An administrator acts, not the software. */
  readonly isAdministrator: boolean
}

/** A client certificate of the connection, already verified as far as `trustedCas` says. */
export interface PresentedCertificate {
  /** base64url SHA-256 (RFC 8705 §3.1). */
  readonly thumbprint: string
  /** RFC 4514. */
  readonly subject: string
  readonly issuer: string
  readonly notAfter: EpochSeconds
  /** Of the subject, in the certificate's order: dotted OID, short name where there is one, and the value decoded from ASN.1. */
  readonly attributes: readonly { readonly oid: string; readonly name?: string; readonly value: string }[]
  /** Ids of the trusted CAs that its chain leads to, now, with revocation looked at. Empty: nobody vouches for it. */
  readonly trustedCas: readonly string[]
}

export interface PolicyRealm {
  readonly name: string
  readonly issuer: string
  /** Every scope and scope group that there is. */
  readonly scopes: readonly string[]
}

/** What a policy says. Data: the pipeline acts on it, and the decision record keeps it. */
export type Verdict = Refuse | Amend | Hold | Limit | Expire

export interface Refuse {
  readonly kind: 'refuse'
  readonly code: RefusalCode
  /** The client metadata member at fault, where it is one. */
  readonly member?: string
  /** One sentence that tells what would have been accepted; printable ASCII. */
  readonly reason: string
}

/** Members get these values; `undefined` takes one away. Later policies see the client like this. */
export interface Amend {
  readonly kind: 'amend'
  readonly members: Readonly<Record<string, JsonValue | undefined>>
  readonly reason: string
}

/** Registered, but asleep until an administrator wakes it. */
export interface Hold {
  readonly kind: 'hold'
  readonly reason: string
}

/** A count that the commit enforces atomically, so that racing requests cannot all be the last one. */
export interface Limit {
  readonly kind: 'limit'
  readonly of: LimitedGroup
  /** How many clients there may be, this one included. */
  readonly max: number
  /** Make room by removing the oldest client of the group that was never used, if there is one. */
  readonly evictUnused: boolean
  readonly code: RefusalCode
  readonly reason: string
}

/** The clients that are counted together with this one. */
export type LimitedGroup =
  | { readonly kind: 'realm' }
  /** Self-registered from the same network: the first `ipv4Bits` or `ipv6Bits` of the address are equal. */
  | { readonly kind: 'address'; readonly ipv4Bits: number; readonly ipv6Bits: number }
  /** Admitted by the same initial access token, or by access tokens of the same client. */
  | { readonly kind: 'token' }
  /** With the same `software_id`; with `perVersion`, of the same `software_version`. */
  | { readonly kind: 'software'; readonly perVersion: boolean }

/** The client ends so long after it was issued. */
export interface Expire {
  readonly kind: 'expire'
  readonly lifetimeSeconds: number
  readonly reason: string
}

export function refuse(code: RefusalCode, member: string | undefined, reason: string): Refuse {
  return { kind: 'refuse', code, ...(member === undefined ? {} : { member }), reason }
}

export function amend(members: Amend['members'], reason: string): Amend {
  return { kind: 'amend', members, reason }
}

export function hold(reason: string): Hold {
  return { kind: 'hold', reason }
}

export function limit(of: LimitedGroup, max: number, rest: Pick<Limit, 'evictUnused' | 'code' | 'reason'>): Limit {
  return { kind: 'limit', of, max, ...rest }
}

export function expire(lifetimeSeconds: number, reason: string): Expire {
  return { kind: 'expire', lifetimeSeconds, reason }
}

/** A policy type. One file, one policy: the rule, the form of its options, its documentation and its first tests. */
export interface PolicyType<Options = JsonObject> {
  /** The name of its file. */
  readonly name: string
  readonly summary: string
  /** Clauses and requirement IDs. */
  readonly cites: readonly string[]
  /** JSON Schema of the options, closed; with a title or description for each. */
  readonly options: TObject
  /**
   * `metadata`: about what the client is, so it judges whoever asks for it, administrators included. `requester`: about who asks
   * and how, so an administrator who acts is not judged.
   */
  readonly concerns: 'metadata' | 'requester'
  /** Default: create and update. */
  readonly operations?: readonly Operation[]
  /** It authorises read, update and delete by itself, so that registration access tokens can be done without. */
  readonly guards?: boolean
  /** No verdict: nothing against it. Only an operator's own policy may be asynchronous. */
  judge(context: PolicyContext, options: Options): readonly Verdict[] | Promise<readonly Verdict[]>
  /** For policies that come with the server. */
  readonly remoteKeys?: RemoteKeysRule<Options>
  readonly examples: PolicyExamples<Options>
}

/** What a policy has to say of the keys behind `jwks_uri`. It is asked last, of the client as it would be registered. */
export interface RemoteKeysRule<Options> {
  /** Whether they are fetched for this policy. A client whose keys cannot be fetched is refused then. */
  isWanted(options: Options): boolean
  judge(keys: readonly JsonObject[], options: Options): readonly Refuse[]
}

/** Executable documentation. Every policy of the folder is tested with its examples. */
export interface PolicyExamples<Options> {
  readonly options: Options
  /** Metadata that gets no refusal on create. */
  readonly allows: readonly ClientMetadata[]
  /** Metadata that gets a refusal on create. */
  readonly refuses: readonly ClientMetadata[]
  /** Whatever needs more than metadata to be shown. */
  readonly cases?: readonly PolicyCase<Options>[]
}

export interface PolicyCase<Options> {
  /** A sentence that could be false. */
  readonly title: string
  readonly options?: Options
  readonly given: PartialContext
  /** The verdicts, in order; an amendment with the members that come of it. */
  readonly yields: readonly (Exclude<Verdict['kind'], 'amend'> | { readonly amend: Amend['members'] })[]
}

export type PartialContext = Partial<Omit<PolicyContext, 'requester'>> & { readonly requester?: Partial<Requester> }

/**
 * Ties the options of a policy to their schema. The file exports the policy as its default export.
 * @example export default definePolicy({ name: 'redirect-hosts', … })
 */
export function definePolicy<Schema extends TObject>(
  policy: Omit<PolicyType<Static<Schema>>, 'options'> & { readonly options: Schema },
): PolicyType<Static<Schema>> {
  return policy
}
