import { findMember } from './members.ts'

/** Whether a value is of the JSON type that the member has; of a member that nobody has registered, anything is. */
export function isOfMemberType(name: string, value: unknown): boolean {
  switch (findMember(name)?.type) {
    case undefined:
      return true
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
      return Number.isInteger(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'string-array':
    case 'uri-array':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
    default:
      return typeof value === 'string'
  }
}

/** The same for one of the values that a member, or each element of it, can have. */
export function isOfElementType(name: string, value: unknown): boolean {
  return isOfMemberType(name, value) || isOfMemberType(name, [value])
}
