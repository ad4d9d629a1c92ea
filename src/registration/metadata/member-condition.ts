import type { ClientMetadata, JsonValue } from '../client.ts'
import { sameValue, textsOf, variantsOf, wordsOf } from './member-values.ts'

/** What can be asked of one member: that it is there, that it is one of some values, or that it has one of some parts. */
export interface MemberCondition {
  readonly member: string
  readonly present?: boolean
  readonly equals?: readonly JsonValue[]
  readonly contains?: readonly string[]
}

/** Without anything that is asked, whether the member is there. */
export function meetsCondition(metadata: ClientMetadata, { member, present, equals, contains }: MemberCondition): boolean {
  const value = metadata[member]
  const isPresent = isThere(metadata, member)
  if (equals === undefined && contains === undefined) return isPresent === (present ?? true)
  const parts = partsOf(value)
  return (
    isPresent === (present ?? true) &&
    (equals === undefined || equals.some((one) => sameValue(one, value))) &&
    (contains === undefined || contains.some((part) => parts.includes(part)))
  )
}

/** A member is there in whichever language. */
export function isThere(metadata: ClientMetadata, member: string): boolean {
  return variantsOf(metadata, member).some(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0))
}

/** The elements of an array and the words in them, the words of a text: `code id_token` contains `id_token`. */
function partsOf(value: JsonValue | undefined): readonly string[] {
  return textsOf(value).flatMap((text) => [text, ...wordsOf(text)])
}
