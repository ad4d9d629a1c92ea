import type { Path } from '../problem.ts'
import type { RealmFile } from '../realm-schema.ts'

/** How strict a realm is as a whole. What it sets are defaults; what it limits holds whatever the realm says. */
export interface Profile {
  readonly name: string
  readonly summary: string
  readonly cites: readonly string[]
  /** Where the realm says nothing; everything else is as without a profile. */
  readonly settings: ProfileSettings
  readonly limits: readonly Limit[]
}

type Registration = NonNullable<RealmFile['registration']>

/** A part of a realm, in the schema's own spelling. Lists are set whole. */
export type ProfileSettings = Partial<Omit<RealmFile, 'features' | 'tokens' | 'registration'>> & {
  readonly features?: Partial<RealmFile['features']>
  readonly tokens?: Partial<RealmFile['tokens']>
  /** Of settings that are left out, in the file or by an administrator. */
  readonly registration?: Partial<Omit<Registration, 'redirectUris'>> & {
    readonly redirectUris?: Partial<Registration['redirectUris']>
  }
}

/** What a realm cannot say otherwise without leaving the profile. */
export interface Limit {
  /** Where it stands; the file and the admin API spell all of it alike. */
  readonly path: Path
  readonly accepts: string
  readonly cites: string
  readonly isKept: (realm: RealmFile) => boolean
}
