import { basename, dirname, resolve } from 'node:path'
import type { PolicyType } from '../../registration/index.ts'
import { loadBuiltInPolicies } from './load-built-in-policies.ts'
import { startOperatorPolicies } from './operator-policies.ts'
import { readPolicyCode } from './policy-code.ts'
import type { HostLimits } from './policy-host.ts'

export interface LoadedPolicy {
  /** Its judge throws where the server would refuse because the policy failed. */
  readonly policy: PolicyType
  stop(): Promise<void>
}

/** One policy of an operator, loaded as the server would load it; or what is wrong with it. */
export async function loadPolicyFile(
  path: string,
  limits: HostLimits,
  printed: (line: string) => void,
): Promise<LoadedPolicy | { readonly problems: readonly string[] }> {
  const file = resolve(path)
  if (!/\.m?[jt]s$/.test(file)) return { problems: ['give a file whose name ends with .ts, .mts, .js or .mjs'] }
  const read = await readPolicyCode(dirname(file), basename(file))
  if ('problems' in read) return { problems: read.problems.map(({ message }) => message) }
  const builtIn = (await loadBuiltInPolicies()).map(({ name }) => name)
  const onFailure = (problem: string): never => {
    throw new Error(problem)
  }
  const log = { fault: () => undefined, printed }
  const started = await startOperatorPolicies({ ...read, limits, builtIn, log, onFailure })
  if ('problems' in started) return { problems: started.problems.map(({ message }) => message) }
  const [policy] = started.policies.types
  if (policy === undefined) throw new Error(`${path} was loaded and is not there`)
  return { policy, stop: started.policies.stop }
}
