import type { JsonObject, JsonValue } from '../client.ts'
import { objectCharactersMax, objectDepthMax } from './ceilings.ts'

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Small, shallow, of well-formed text, and without a member that could reach a prototype (DCR-REQ-11). */
export function isTameJson(value: JsonValue): boolean {
  return isTame(value, objectDepthMax) && JSON.stringify(value).length <= objectCharactersMax
}

/** Neither control characters (SEC-INJ-03, SEC-INJ-04) nor halves of surrogate pairs, which no UTF-8 can hold. */
export function isWellFormedText(text: string): boolean {
  return !/[\p{Cc}\p{Cs}]/u.test(text)
}

// Depth is counted down before anything recurses: a nested body cannot exhaust the stack.
function isTame(value: JsonValue, depth: number): boolean {
  if (typeof value === 'string') return isWellFormedText(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth === 0) return false
  return Object.entries(value).every(([name, item]) => name !== '__proto__' && isWellFormedText(name) && isTame(item, depth - 1))
}
