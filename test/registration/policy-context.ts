import type { JsonObject, JsonValue } from '../../src/registration/index.ts'
import type { PartialContext, PolicyContext, PolicyType, Verdict } from '../../src/registration/policy-authority/define-policy.ts'
import { readPolicyOptions } from '../../src/registration/policy-authority/read-policy-options.ts'

/** What an example leaves out: an open registration by nobody in particular. */
export function contextOf(given: PartialContext): PolicyContext {
  const { requester, ...rest } = given
  return frozen({
    operation: 'create',
    metadata: {},
    realm: { name: 'default', issuer: 'https://as.example', scopes: [] },
    now: 1_800_000_000,
    ...rest,
    requester: { channel: 'open', isSigned: false, isAdministrator: false, ...requester },
  })
}

/** The options as an administrator's reach a policy: with defaults, and checked. */
export function optionsOf(type: PolicyType, given: JsonValue): JsonObject {
  return frozen(readPolicyOptions(type, structuredClone(given)))
}

export function judgeSync(type: PolicyType, context: PolicyContext, options: JsonObject): readonly Verdict[] {
  const verdicts = type.judge(context, options)
  if (verdicts instanceof Promise) throw new Error(`${type.name} is asynchronous`)
  return verdicts
}

function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}
