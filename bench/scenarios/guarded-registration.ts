import { registration } from './registration.ts'
import type { Scenario } from './scenario.ts'

/** The same request in a realm where twenty policies judge it and count clients, to be held against the plain one. */
export const guardedRegistration: Scenario = {
  name: 'registration, the same, judged by 20 policies',
  limit: 'durable inserts',
  comparedWith: registration.name,
  prepare: async (target) => {
    const { guardedRegister } = target.paths
    if (guardedRegister === undefined) return undefined
    return registration.prepare({ ...target, paths: { ...target.paths, register: guardedRegister } })
  },
}
