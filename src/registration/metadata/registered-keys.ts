import type { ClientMetadata, JsonObject, JsonValue } from '../client.ts'
import { isJsonObject } from './json-shape.ts'

/** The keys that a client registers by value; what is no set of keys has none. */
export function registeredKeys({ jwks }: ClientMetadata): readonly JsonObject[] {
  const keys: JsonValue | undefined = jwks?.['keys']
  return Array.isArray(keys) ? keys.filter((key: JsonValue) => isJsonObject(key)) : []
}
