import type { JsonObject, JsonValue } from '../client.ts'
import type { Realm } from '../realm.ts'
import { isJsonObject } from './json-shape.ts'

/** A profile's own words for members and their values become those of the registry (OBUK-RQ-14, OBUK-RQ-22), which win over them. */
export function resolveAliases(body: JsonValue, { registration }: Realm): JsonValue {
  const { memberAliases = {}, valueAliases = {} } = registration
  if (!isJsonObject(body) || (isEmpty(memberAliases) && isEmpty(valueAliases))) return body
  const renamed = Object.entries(body).flatMap(([name, value]): readonly (readonly [string, JsonValue])[] => {
    const meant = wordFor(name, memberAliases)
    return meant === undefined || Object.hasOwn(body, meant) ? [[name, value]] : [[meant, value]]
  })
  return Object.fromEntries(
    renamed.map(([name, value]) => [name, translated(value, Object.hasOwn(valueAliases, name) ? valueAliases[name] : undefined)]),
  ) as JsonObject
}

function isEmpty(words: object): boolean {
  return Object.keys(words).length === 0
}

type Words = Readonly<Record<string, string>>

function translated(value: JsonValue, words: Words | undefined): JsonValue {
  if (words === undefined) return value
  if (Array.isArray(value)) return value.map((item: JsonValue) => translated(item, words))
  return typeof value === 'string' ? (wordFor(value, words) ?? value) : value
}

function wordFor(word: string, words: Words): string | undefined {
  return Object.hasOwn(words, word) ? words[word] : undefined
}
