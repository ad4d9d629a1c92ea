import type { JsonObject, JsonValue } from '../client.ts'
import { isJsonObject } from './json-shape.ts'

/**
 * The values at a dotted path of a statement's claims, such as `organisation.roles.role`; arrays on the way are gone through one
 * by one. A claim that is called exactly like the path comes first, since names of claims may have dots.
 */
export function claimValues(claims: JsonObject, path: string): readonly JsonValue[] {
  const exact = Object.hasOwn(claims, path) ? claims[path] : undefined
  return exact === undefined ? follow(claims, path.split('.')) : flat(exact)
}

/** The first text at the path; numbers and booleans as they are written. */
export function claimText(claims: JsonObject, path: string): string | undefined {
  const [first] = claimValues(claims, path)
  return typeof first === 'string' || typeof first === 'number' || typeof first === 'boolean' ? String(first) : undefined
}

function follow(value: JsonValue, [name, ...rest]: readonly string[]): readonly JsonValue[] {
  if (name === undefined) return flat(value)
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => follow(item, [name, ...rest]))
  const inner = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  return inner === undefined ? [] : follow(inner, rest)
}

function flat(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [value]
}
