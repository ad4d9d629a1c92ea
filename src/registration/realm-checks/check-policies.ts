import { readPolicyOptions } from '../policy-authority/read-policy-options.ts'
import type { PolicyTypes } from '../ports.ts'
import type { PolicyInstance, Realm } from '../realm.ts'
import { violationsOf } from '../refusal.ts'
import { choices, type RealmProblem, twins } from './realm-problem.ts'

export function checkPolicies({ policies }: Pick<Realm, 'policies'>, types: PolicyTypes): readonly RealmProblem[] {
  return [
    ...twins(
      ['policies'],
      policies.map(({ id }) => id),
    ),
    ...policies.flatMap((instance, index) =>
      faultsOf(instance, types).map(({ path, message }) => ({ path: ['policies', index, ...path], message })),
    ),
  ]
}

function faultsOf({ policy, options }: PolicyInstance, types: PolicyTypes): readonly RealmProblem[] {
  const type = types.find(policy)
  if (type === undefined)
    return [{ path: ['policy'], message: `there is no policy ${policy}; ${choices(types.all().map(({ name }) => name))}` }]
  return violationsOf(() => readPolicyOptions(type, options)).map(({ member = '', reason }) => ({
    path: [
      'options',
      ...member
        .split('/')
        .filter((step) => step !== '')
        .map(unescaped),
    ],
    message: reason,
  }))
}

/** RFC 6901 §3. */
function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}
