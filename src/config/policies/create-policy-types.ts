import type { PolicyType, PolicyTypes } from '../../registration/index.ts'
import { loadBuiltInPolicies } from './load-built-in-policies.ts'

/** The policies that this server knows. */
export async function createPolicyTypes(): Promise<PolicyTypes> {
  return policyTypesOf(await loadBuiltInPolicies())
}

function policyTypesOf(types: readonly PolicyType[]): PolicyTypes {
  const byName = new Map(types.map((type) => [type.name, type]))
  return { find: (name) => byName.get(name), all: () => types }
}
