import type { PolicyType, PolicyTypes } from '../../registration/index.ts'
import { loadBuiltInPolicies } from './load-built-in-policies.ts'
import { type OperatorPolicies, startOperatorPolicies } from './operator-policies.ts'
import type { PolicyCode } from './policy-code.ts'
import type { HostLimits, HostLog } from './policy-host.ts'

/** An operator's own policies, as the configuration names them. */
export interface PolicyFolder {
  readonly folder: string
  readonly code: PolicyCode
  readonly limits: HostLimits
}

/** The policies that this server knows, now. */
export interface LivePolicyTypes extends PolicyTypes {
  /** Takes another reading of the operator's folder in use. @throws Error, and everything is as before */
  replace(folder: PolicyFolder | undefined): Promise<void>
  stop(): Promise<void>
}

// Who was being judged when other policies came is judged to the end by those before.
const lingerMilliseconds = 30_000

export async function createPolicyTypes(folder: PolicyFolder | undefined, log: HostLog): Promise<LivePolicyTypes> {
  const builtIn = await loadBuiltInPolicies()
  let operator = await start(folder, builtIn, log)
  let types = [...builtIn, ...operator.types]
  let byName = named(types)
  let isStopped = false
  const lingering = new Map<OperatorPolicies, NodeJS.Timeout>()
  const retire = (policies: OperatorPolicies): void => {
    const stop = (): void => {
      lingering.delete(policies)
      void policies.stop()
    }
    lingering.set(policies, setTimeout(stop, lingerMilliseconds).unref())
  }
  return {
    find: (name) => byName.get(name),
    all: () => types,
    replace: async (next) => {
      const started = await start(next, builtIn, log)
      // Who stops in the middle of a change is not left with a thread that nobody ends.
      if (isStopped) return started.stop()
      const before = operator
      operator = started
      types = [...builtIn, ...operator.types]
      byName = named(types)
      retire(before)
    },
    stop: async () => {
      isStopped = true
      for (const timer of lingering.values()) clearTimeout(timer)
      await Promise.all([operator, ...lingering.keys()].map((policies) => policies.stop()))
    },
  }
}

async function start(folder: PolicyFolder | undefined, builtIn: readonly PolicyType[], log: HostLog): Promise<OperatorPolicies> {
  if (folder === undefined) return { types: [], stop: async () => undefined }
  const started = await startOperatorPolicies({ ...folder, builtIn: builtIn.map(({ name }) => name), log })
  if ('policies' in started) return started.policies
  const problems = started.problems.map(({ file, message }) => `${file}: ${message}`)
  throw new Error(`the policies in ${folder.folder} cannot be used\n${problems.join('\n')}`)
}

function named(types: readonly PolicyType[]): ReadonlyMap<string, PolicyType> {
  return new Map(types.map((type) => [type.name, type]))
}
