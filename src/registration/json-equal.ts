import type { JsonValue } from './client.ts'

/** Deep equality of JSON values; the order of an object's members carries no meaning, the order of an array does. */
export function jsonEqual(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true
  if (left === undefined || right === undefined) return false
  return canonical(left) === canonical(right)
}

function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_key, part: JsonValue) => (isObject(part) ? sorted(part) : part))
}

function isObject(value: JsonValue): value is { readonly [member: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sorted(value: { readonly [member: string]: JsonValue }): JsonValue {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
