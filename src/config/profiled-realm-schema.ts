import type { TSchema } from 'typebox'
import { profiles } from './profiles/profiles.ts'
import { withDefaults } from './profiles/with-defaults.ts'
import { realmSchema } from './realm-schema.ts'

type Profiled<S> = S & { readonly variants: { readonly member: string; readonly byValue: Readonly<Record<string, TSchema>> } }

/** What a realm is read by, wherever it stands: its profile says what it has where it says nothing. */
export const profiledRealmSchema: Profiled<typeof realmSchema> = {
  ...realmSchema,
  variants: {
    member: 'profile',
    byValue: Object.fromEntries(profiles.map(({ name, settings }) => [name, withDefaults(realmSchema, settings)])),
  },
}
