import type {
  Client,
  DialectRules,
  InspectedToken,
  JsonObject,
  JsonValue,
  Operation,
  Realm,
  Refusal,
  RefusalCode,
  ViolationProblem,
} from '../../registration/index.ts'

/** A vendor's wire format: where its clients look for us, what the domain has to know, and what answers hold. */
export interface Dialect {
  readonly rules: DialectRules
  readonly paths: DialectPaths
  /** Members of the client information response besides ours, by name; `undefined` leaves one out. They win over metadata. */
  readonly answer: Readonly<Record<string, AnswerMember>>
  /** What answers call members that it has other names for, in whatever language. */
  readonly answerNames?: Readonly<Record<string, string>>
  /** Language tags in answers are in small letters. */
  readonly lowersLanguageTags?: true
  /** Members that answers to an operation lack, whatever they are. */
  readonly omitted?: Readonly<Partial<Record<Operation, readonly string[]>>>
  /** What discovery tells otherwise than the standard. */
  readonly discovery?: (realm: Realm) => JsonObject
  readonly inspection?: DialectInspection
  /** How the two endpoints of registration say no, where the vendor's clients expect it otherwise. */
  readonly errors: DialectErrors
}

export interface DialectPaths {
  /** Where the vendor's clients look for a realm, below the public URL and wherever its issuer is; `{realm}` is its name. */
  readonly roots?: readonly string[]
  readonly registration: string
  /** Where what registers is an AI agent: the same endpoint otherwise. */
  readonly agentRegistration?: string
  /**
   * Where the client configuration endpoint answers. `{client_id}` stands for the identifier, at the end of the path or in the
   * query (`/register?client_id={client_id}`).
   */
  readonly configuration: readonly string[]
  /** The form of `registration_client_uri`; one of `configuration`. */
  readonly registrationClientUri: string
  /** Other names of protocol endpoints: the path of the vendor, then ours. */
  readonly aliases: Readonly<Record<string, string>>
}

/** How the vendor lets people look into tokens. */
export interface DialectInspection {
  /** Who is registered for it may introspect every token; others their own, and those that were made for them. */
  readonly scopeForAll: string
  /** What introspection tells besides (RFC 7662 §2.2). */
  readonly introspection: (token: InspectedToken, realm: Realm) => JsonObject
  /** Where whoever holds an access token is told what it says, and in which words. */
  readonly accessTokens: { readonly path: string; readonly answer: (token: InspectedToken, realm: Realm) => JsonObject }
  /** Where whoever holds an ID token is told its claims. */
  readonly idTokens: { readonly path: string }
}

export type AnswerMember = (view: AnswerView) => JsonValue | undefined

export interface AnswerView {
  readonly client: Client
  readonly realm: Realm
}

export interface DialectErrors {
  /** The members in the order in which the vendor checks them, which tells the first fault alone. Absent: our order. */
  readonly violationOrder?: readonly string[]
  /** In order: the first that fits a refusal words it; a refusal that none fits is told in our words. */
  readonly refusals: readonly RefusalRule[]
  /** `error` of what is wrong with a request as HTTP, by status. */
  readonly problems: Readonly<Record<number, string>>
  /** The body has `error` and `error_description` alone: no request id, no list of violations. */
  readonly isBare: boolean
  /** `Allow` of a 405 names `OPTIONS` too. */
  readonly allowsOptions: boolean
}

/** Every condition that is there has to fit. */
export interface RefusalRule {
  readonly codes?: readonly RefusalCode[]
  /** The client metadata member at fault, in whatever language; of several violations the leading one counts. */
  readonly members?: readonly string[]
  /** What sort of fault it is. */
  readonly problems?: readonly ViolationProblem['kind'][]
  readonly endpoints?: readonly RefusedRequest['endpoint'][]
  readonly operations?: readonly Operation[]
  /** Our reason of the leading violation, or what it looks like. */
  readonly reason?: string | RegExp
  readonly status: number
  readonly error: string
  /** Absent: in our words. */
  readonly description?: string | ((refused: RefusedRequest) => string)
}

export interface RefusedRequest {
  readonly refusal: Refusal
  readonly endpoint: 'registration' | 'client-configuration'
  /** Absent for a method that the endpoint does not have. */
  readonly operation?: Operation
}
