import type { Client, DialectRules, JsonValue, Realm, RefusalCode } from '../../registration/index.ts'

/** A vendor's wire format: where its clients look for us, what the domain has to know, and what an answer holds more. */
export interface Dialect {
  readonly rules: DialectRules
  readonly paths: DialectPaths
  /** Members of the client information response besides ours, by name; `undefined` leaves one out. They win over ours. */
  readonly answer: Readonly<Record<string, AnswerMember>>
  /** How the registration endpoint words a refusal, where the vendor's clients expect it otherwise. */
  readonly refusals: Readonly<Partial<Record<RefusalCode, DialectRefusal>>>
}

export interface DialectPaths {
  readonly registration: string
  /** Where the client configuration endpoint answers. `{client_id}` stands for the identifier. */
  readonly configuration: readonly string[]
  /** The form of `registration_client_uri`; one of `configuration`. */
  readonly registrationClientUri: string
  /** Other names of protocol endpoints: the path of the vendor, then ours. */
  readonly aliases: Readonly<Record<string, string>>
}

export type AnswerMember = (view: AnswerView) => JsonValue | undefined

export interface AnswerView {
  readonly client: Client
  readonly realm: Realm
}

export interface DialectRefusal {
  readonly status: number
  readonly error: string
  readonly description: string
}
