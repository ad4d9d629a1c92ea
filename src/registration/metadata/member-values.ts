import type { ClientMetadata, JsonValue } from '../client.ts'
import { splitMemberName } from './members.ts'

/** Members, in that order, with all their variants of other languages (`client_name#pt-BR`, RFC 7591 §2.2): a rule about one is about all. */
export function variantsOf(
  metadata: ClientMetadata,
  ...members: readonly string[]
): readonly (readonly [name: string, value: JsonValue])[] {
  const placeOf = (name: string): number => members.indexOf(splitMemberName(name).base)
  const found = Object.keys(metadata).filter((name) => metadata[name] !== undefined && placeOf(name) >= 0)
  return found.toSorted((one, other) => placeOf(one) - placeOf(other)).map((name) => [name, metadata[name] as JsonValue])
}

/** Names of members whose values differ, variants of other languages included. */
export function changedMembers(before: ClientMetadata, after: ClientMetadata, members: readonly string[]): readonly string[] {
  const names = new Set([before, after].flatMap((metadata) => Object.keys(metadata)))
  return [...names]
    .filter((name) => members.includes(splitMemberName(name).base) && spelled(before[name]) !== spelled(after[name]))
    .sort()
}

/** Whether two JSON values are the same; the order of an object's members means nothing. */
export function sameValue(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return spelled(left) === spelled(right)
}

/** The texts of a value: itself, or those of an array. */
export function textsOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** The words of a scope or a response type, each once. */
export function wordsOf(text: string | undefined): readonly string[] {
  return [...new Set((text ?? '').split(' ').filter((word) => word !== ''))]
}

function spelled(value: JsonValue | undefined): string | undefined {
  return JSON.stringify(value, (_name, part: JsonValue) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
