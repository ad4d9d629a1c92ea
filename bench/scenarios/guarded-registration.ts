import { registration } from './registration.ts'
import type { Scenario } from './scenario.ts'
import type { Target } from './target.ts'

/** The same request in a realm where twenty policies judge it, to be held against the plain one. */
export const guardedRegistration = inAnotherRealm('the same, judged by 20 policies', ({ guardedRegister }) => guardedRegister)

/** The same request in a realm whose clients are counted for the realm and for every address. */
export const limitedRegistration = inAnotherRealm('the same, within client limits', ({ limitedRegister }) => limitedRegister)

function inAnotherRealm(what: string, pathOf: (paths: Target['paths']) => string | undefined): Scenario {
  return {
    name: `registration, ${what}`,
    limit: 'durable inserts',
    comparedWith: registration,
    prepare: async (target) => {
      const register = pathOf(target.paths)
      return register === undefined ? undefined : registration.prepare({ ...target, paths: { ...target.paths, register } })
    },
  }
}
