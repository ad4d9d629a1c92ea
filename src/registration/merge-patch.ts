import type { JsonObject, JsonValue } from './client.ts'
import { isJsonObject } from './metadata/json-shape.ts'

/** RFC 7396 §2. Depth is bounded by the reader of the body, and names come from there too: no prototype is touched. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged = new Map(Object.entries(target))
  for (const [member, value] of Object.entries(patch)) {
    if (value === null) merged.delete(member)
    else merged.set(member, isJsonObject(value) ? mergePatch(objectOr(merged.get(member)), value) : value)
  }
  return Object.fromEntries(merged)
}

function objectOr(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
