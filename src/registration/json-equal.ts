import type { JsonObject, JsonValue } from './client.ts'

/** Deep equality of JSON values; the order of an object's members carries no meaning, the order of an array does. */
export function jsonEqual(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true
  if (!isCompound(left) || !isCompound(right)) return false
  if (!isList(left) && !isList(right)) return areEqualObjects(left, right)
  return isList(left) && isList(right) && left.length === right.length && left.every((item, at) => jsonEqual(item, right[at]))
}

function areEqualObjects(left: JsonObject, right: JsonObject): boolean {
  const names = Object.keys(left).filter((name) => left[name] !== undefined)
  const others = Object.keys(right).filter((name) => right[name] !== undefined)
  return names.length === others.length && names.every((name) => Object.hasOwn(right, name) && jsonEqual(left[name], right[name]))
}

function isCompound(value: JsonValue | undefined): value is readonly JsonValue[] | JsonObject {
  return typeof value === 'object' && value !== null
}

function isList(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value)
}
