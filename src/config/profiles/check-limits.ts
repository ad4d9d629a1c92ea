import { complain, type Draft, isSound } from '../draft.ts'
import type { Path } from '../problem.ts'
import type { RealmFile } from '../realm-schema.ts'
import { findProfile } from './profiles.ts'

/** A realm that says otherwise than its profile can be is told so where it says it: it would not be what its name promises. */
export function checkLimits(draft: Draft, path: Path, realm: RealmFile): void {
  const limits = findProfile(realm.profile)?.limits ?? []
  // All are looked at before the first is told: one problem with a section must not hide another.
  const broken = limits.filter((limit) => isSound(draft, ...path, ...limit.path) && !limit.isKept(realm))
  for (const { path: place, accepts, cites } of broken) {
    complain(
      draft,
      [...path, ...place],
      `must be ${plain(accepts)} with profile ${realm.profile} (${cites}); or choose another profile`,
    )
  }
}

/** Without the marks of the reference page. */
function plain(text: string): string {
  return text.replaceAll('`', '')
}
