import { fapi1Advanced } from './fapi1-advanced.ts'
import { fapi2 } from './fapi2.ts'
import { legacy } from './legacy.ts'
import { oauth21 } from './oauth21.ts'
import { oidc } from './oidc.ts'
import type { Profile } from './profile.ts'

/** The list; a realm names one of them. */
export const profiles: readonly Profile[] = [oauth21, oidc, fapi2, fapi1Advanced, legacy]

export function findProfile(name: string): Profile | undefined {
  return profiles.find((profile) => profile.name === name)
}
