import type { EpochSeconds, JsonObject, Realm } from '../registration/index.ts'

/** A realm as administrators see it. */
export interface ManagedRealm {
  readonly name: string
  /** The configuration file owns it, and nobody changes it here. */
  readonly provisioned: boolean
  /** As an administrator wrote it; of a provisioned realm, what the file has taken the place of. */
  readonly definition?: JsonObject
  readonly createdAt?: EpochSeconds
  readonly updatedAt?: EpochSeconds
  /** Absent where it cannot be served; the log says why. */
  readonly realm?: Realm
}

export type RealmOutcome =
  | { readonly outcome: 'saved'; readonly realm: ManagedRealm }
  | { readonly outcome: 'absent' | 'provisioned' | 'exists' | 'removing' | 'remains' | 'changed' | 'removed' }
  /** What administrators have added to the realm would no longer fit. */
  | { readonly outcome: 'in-use'; readonly uses: readonly { readonly place: string; readonly message: string }[] }

/** Realms as administrators make them. Each save may throw a `Refusal`; `member` is a JSON pointer without the leading slash. */
export interface RealmAdministration {
  /** JSON Schema of what is written. */
  readonly schema: object
  find(name: string): Promise<ManagedRealm | undefined>
  create(name: string, written: JsonObject, actor: string): Promise<RealmOutcome>
  /** `ifRevision`: only if that is what it still is. */
  replace(name: string, written: JsonObject, actor: string, ifRevision?: number): Promise<RealmOutcome>
  /** With everything that it has. */
  remove(name: string, actor: string): Promise<RealmOutcome>
}
