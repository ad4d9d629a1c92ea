import type { JsonObject, JsonValue } from '../client.ts'
import { isJsonObject } from '../metadata/json-shape.ts'

/** By its name, or by its path with dots where it is nested. A name may hold dots itself, such as a URL. */
export function findClaim(claims: JsonObject, path: string): JsonValue | undefined {
  if (Object.hasOwn(claims, path)) return claims[path]
  return path.split('.').reduce<JsonValue | undefined>(step, claims)
}

function step(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}
