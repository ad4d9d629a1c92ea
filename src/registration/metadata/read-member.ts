import type { JsonValue } from '../client.ts'
import {
  listItemsMax,
  objectCharactersMax,
  objectDepthMax,
  scopeCharactersMax,
  statementCharactersMax,
  textCharactersMax,
  uriCharactersMax,
} from './ceilings.ts'
import { isJsonObject, isTameJson, isWellFormedText } from './json-shape.ts'
import type { Member } from './members.ts'

/**
 * What is wrong with the JSON type or size of a value, as the rest of a sentence that starts with the member's name.
 * Nothing is coerced: `"true"` is not a boolean, and a JWK Set in a string is not an object (DCR-REQ-09).
 */
export function typeProblem(type: Member['type'], value: JsonValue): string | undefined {
  return isOfType[type](value) ? undefined : expectation[type]
}

const isOfType: Readonly<Record<Member['type'], (value: JsonValue) => boolean>> = {
  string: (value) => isText(value, textCharactersMax),
  // RFC 6749 §3.3: printable ASCII without quotation mark and backslash.
  scope: (value) => isText(value, scopeCharactersMax) && /^[ !#-[\]-~]*$/.test(value),
  statement: (value) => isText(value, statementCharactersMax),
  uri: (value) => isText(value, uriCharactersMax),
  'string-array': (value) => isList(value, textCharactersMax),
  'uri-array': (value) => isList(value, uriCharactersMax),
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
  object: (value) => isJsonObject(value) && isTameJson(value),
}

const expectation: Readonly<Record<Member['type'], string>> = {
  string: `must be a string of at most ${textCharactersMax} characters without control characters`,
  scope: `must be one string of space-separated scopes, at most ${scopeCharactersMax} characters of printable ASCII`,
  statement: `must be a JWT in compact form, a string of at most ${statementCharactersMax} characters`,
  uri: `must be a URI, a string of at most ${uriCharactersMax} characters`,
  'string-array': `must be an array of at most ${listItemsMax} non-empty strings of at most ${textCharactersMax} characters each`,
  'uri-array': `must be an array of at most ${listItemsMax} URIs of at most ${uriCharactersMax} characters each`,
  boolean: 'must be true or false, not a string or a number',
  integer: 'must be a whole number, 0 or greater, not a string',
  object: `must be a JSON object, not a string, at most ${objectCharactersMax} characters and ${objectDepthMax} levels deep`,
}

function isText(value: JsonValue, charactersMax: number): value is string {
  return typeof value === 'string' && value.length <= charactersMax && isWellFormedText(value)
}

function isList(value: JsonValue, charactersMax: number): boolean {
  return Array.isArray(value) && value.length <= listItemsMax && value.every((item) => item !== '' && isText(item, charactersMax))
}
