import { Compile, type Validator } from 'typebox/compile'
import type { JsonObject, JsonValue } from '../client.ts'
import { refuseAll, type Violation } from '../refusal.ts'
import type { PolicyType } from './define-policy.ts'
import { fillOptionDefaults } from './fill-option-defaults.ts'

/**
 * Options as the policy wants them, wherever they come from – the file, the admin API, a preview: defaults filled in, everything
 * checked. @throws Refusal with a violation per bad member, which is a JSON pointer (RFC 6901) without the leading slash.
 */
export function readPolicyOptions(type: Pick<PolicyType, 'options'>, options: JsonValue): JsonObject {
  const complete = fillOptionDefaults(type.options, options)
  const validator = validatorOf(type)
  if (!validator.Check(complete)) refuseAll(oneForEachMember(validator.Errors(complete).flatMap(toViolations)))
  return complete as JsonObject
}

const validators = new WeakMap<object, Validator>()

function validatorOf({ options }: Pick<PolicyType, 'options'>): Validator {
  const known = validators.get(options)
  if (known !== undefined) return known
  const validator = Compile(options) as Validator
  validators.set(options, validator)
  return validator
}

function toViolations(error: ReturnType<Validator['Errors']>[number]): readonly Violation[] {
  const { instancePath, keyword, message } = error
  switch (keyword) {
    // An unknown member is reported twice, as one that no schema allows, and by name; with so many others the latter is cut off.
    case 'boolean':
      return [violation(instancePath, unknownOption)]
    case 'additionalProperties':
      return inside(instancePath, error.params.additionalProperties, unknownOption)
    case 'required':
      return inside(instancePath, error.params.requiredProperties, 'is missing')
    case 'enum':
      return [violation(instancePath, `must be one of ${error.params.allowedValues.join(', ')}`)]
    case 'const':
      return [violation(instancePath, `must be ${JSON.stringify(error.params.allowedValue)}`)]
    default:
      return [violation(instancePath, message)]
  }
}

const unknownOption = 'is no option of this policy'

function inside(path: string, names: readonly string[], reason: string): readonly Violation[] {
  return names.map((name) => violation(`${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, reason))
}

function violation(pointer: string, reason: string): Violation {
  const member = pointer.replace(/^\//, '')
  return { code: 'invalid_client_metadata', member, reason: `${member === '' ? 'what is given' : member} ${reason}` }
}

/** Each branch of a union has something to say about the same member. */
function oneForEachMember(violations: readonly Violation[]): readonly Violation[] {
  return violations.filter(({ member }, index) => violations.findIndex((other) => other.member === member) === index)
}
