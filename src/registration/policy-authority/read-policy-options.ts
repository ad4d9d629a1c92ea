import { Compile, type Validator } from 'typebox/compile'
import { Value } from 'typebox/value'
import type { JsonObject } from '../client.ts'
import { refuseAll, type Violation } from '../refusal.ts'
import type { PolicyType } from './define-policy.ts'

/**
 * Options as the policy wants them: defaults filled in, everything checked.
 * @throws Refusal with a violation per bad member, which is a JSON pointer without the leading slash.
 */
export function readPolicyOptions(type: PolicyType, options: JsonObject): JsonObject {
  const complete = Value.Default(type.options, structuredClone(options)) as JsonObject
  const validator = validatorOf(type)
  if (!validator.Check(complete)) refuseAll(validator.Errors(complete).flatMap(toViolations))
  return complete
}

const validators = new WeakMap<object, Validator>()

function validatorOf({ options }: PolicyType): Validator {
  const known = validators.get(options)
  if (known !== undefined) return known
  const validator = Compile(options) as Validator
  validators.set(options, validator)
  return validator
}

function toViolations(error: ReturnType<Validator['Errors']>[number]): readonly Violation[] {
  const { instancePath, keyword, message } = error
  // An unknown member is reported twice: as one that no schema allows, and by name.
  if (keyword === 'boolean') return []
  if (keyword === 'additionalProperties')
    return error.params.additionalProperties.map((name) => violation(`${instancePath}/${name}`, 'is no option of this policy'))
  if (keyword === 'required')
    return error.params.requiredProperties.map((name) => violation(`${instancePath}/${name}`, 'is missing'))
  const accepted = keyword === 'enum' ? `must be one of ${error.params.allowedValues.join(', ')}` : message
  return [violation(instancePath, accepted)]
}

function violation(pointer: string, reason: string): Violation {
  const member = pointer.replace(/^\//, '')
  return { code: 'invalid_client_metadata', member, reason: member === '' ? reason : `${member} ${reason}` }
}
