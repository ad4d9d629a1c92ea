import { RevisionConflict } from './ports.ts'
import { Refusal } from './refusal.ts'

const attemptsMax = 5

/**
 * Two updates at once: the one that finds another revision than it read starts over on what the other left, so that none
 * is lost and each is judged against what is really there (DCM-PUT-18).
 */
export async function serialised<Result>(attempt: () => Promise<Result>, what = 'client'): Promise<Result> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error
      if (attempts === attemptsMax) throw tooBusy(what, error)
    }
  }
}

function tooBusy(what: string, cause: RevisionConflict): Refusal {
  return new Refusal('temporarily_unavailable', `the ${what} is being changed by other requests; try again`, { cause })
}
