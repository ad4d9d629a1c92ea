import type { JsonObject } from '../registration/index.ts'

/** What the database knows of a realm besides its objects. */
export interface RealmState {
  readonly name: string
  readonly revision: number
  /** As an administrator saved them; absent while the configuration file owns them. */
  readonly registrationSettings?: JsonObject
}

export interface RealmStates {
  /** Idempotent. A realm's revision grows only when its `definitionDigest` differs from the stored one. */
  provision(realms: readonly { readonly name: string; readonly definitionDigest: string }[]): Promise<void>
  read(): Promise<readonly RealmState[]>
  saveRegistrationSettings(realm: string, settings: JsonObject): Promise<void>
  /** Told within a second of any change on any node (LISTEN/NOTIFY, with polling as the backstop). */
  onChange(listener: (realm: string) => void): Promise<{ stop(): Promise<void> }>
}
