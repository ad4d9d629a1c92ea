import { complain, type Draft, isSound } from '../draft.ts'
import type { Path } from '../problem.ts'
import type { RealmFile } from '../realm-schema.ts'
import { findProfile } from './profiles.ts'

/** A realm that says otherwise than its profile can be is told so where it says it: it would not be what its name promises. */
export function checkLimits(draft: Draft, path: Path, realm: RealmFile): void {
  for (const limit of findProfile(realm.profile)?.limits ?? []) {
    const place = [...path, ...limit.path]
    if (!isSound(draft, ...place) || limit.isKept(realm)) continue
    complain(
      draft,
      place,
      `must be ${plain(limit.accepts)} with profile ${realm.profile} (${limit.cites}); or choose another profile`,
    )
  }
}

/** Without the marks of the reference page. */
function plain(text: string): string {
  return text.replaceAll('`', '')
}
