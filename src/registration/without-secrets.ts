import type { JsonObject, JsonValue } from './client.ts'
import { isJsonObject } from './metadata/json-shape.ts'
import { isServerMember } from './metadata/members.ts'
import { privateMembers } from './metadata/public-key.ts'

/**
 * A registration request as it may be kept: many clients send their secret and their token back in an update, some a private key.
 * Judged again, it gets the same answer: the former have no part in it, and a private part is refused whatever it is.
 */
export function withoutSecrets(body: JsonValue): JsonValue {
  if (!isJsonObject(body)) return body
  const entries = Object.entries(body).filter(([name]) => !isServerMember(name))
  return Object.fromEntries(entries.map(([name, value]) => [name, name === 'jwks' ? keySetOf(value) : value]))
}

function keySetOf(value: JsonValue): JsonValue {
  if (!isJsonObject(value) || !Array.isArray(value['keys'])) return value
  return { ...value, keys: value['keys'].map((key: JsonValue) => (isJsonObject(key) ? publicKeyOf(key) : key)) }
}

function publicKeyOf(key: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, privateMembers.includes(name) ? '' : value]))
}
