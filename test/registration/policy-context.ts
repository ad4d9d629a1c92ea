import { Value } from 'typebox/value'
import type { JsonValue } from '../../src/registration/index.ts'
import type { PartialContext, PolicyContext, PolicyType, Verdict } from '../../src/registration/policy-authority/define-policy.ts'

/** What an example leaves out: a registration that nobody vouched for, in a realm with a few scopes. */
export function contextOf(given: PartialContext): PolicyContext {
  const { requester, ...rest } = given
  return frozen({
    operation: 'create',
    metadata: {},
    realm: { name: 'default', issuer: 'https://issuer.example', scopes: ['openid', 'profile', 'email', 'payments', 'accounts'] },
    now: 1_800_000_000,
    ...rest,
    requester: { channel: 'open', isSigned: false, isAdministrator: false, ...requester },
  })
}

/** The options as an administrator's reach a policy: with defaults, and checked. */
export function optionsOf(type: PolicyType, given: JsonValue): Parameters<PolicyType['judge']>[1] {
  const options = Value.Default(type.options, structuredClone(given))
  const [error] = Value.Errors(type.options, options)
  if (error !== undefined) throw new Error(`${type.name}: ${error.instancePath} ${error.message}`)
  return frozen(options) as Parameters<PolicyType['judge']>[1]
}

export function judgeSync(
  type: PolicyType,
  context: PolicyContext,
  options: Parameters<PolicyType['judge']>[1],
): readonly Verdict[] {
  const verdicts = type.judge(context, options)
  if (verdicts instanceof Promise) throw new Error(`${type.name} is asynchronous`)
  return verdicts
}

function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}
