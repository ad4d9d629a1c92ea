import type { ClientMetadata, JsonObject, JsonValue } from '../client.ts'
import type { ExtendedProperty, Realm } from '../realm.ts'
import type { Violation } from '../refusal.ts'
import { listItemsMax } from './ceilings.ts'
import { oneOf } from './echo.ts'
import { isWellFormedText } from './json-shape.ts'
import { findMember } from './members.ts'
import { isWebUri, parseUri } from './uri-syntax.ts'
import { violation } from './violation.ts'

/** Members that the operator of the realm has invented. A registered member of the same name wins, since its meaning is not the operator's. */
export function readExtendedProperties(
  body: JsonObject,
  { extendedProperties }: Realm,
): { readonly entries: readonly (readonly [string, JsonValue])[]; readonly violations: readonly Violation[] } {
  const given = extendedProperties.flatMap((property) => {
    const value = Object.hasOwn(body, property.name) ? body[property.name] : undefined
    const isAbsent = value === undefined || value === null || value === ''
    return isAbsent || findMember(property.name) !== undefined ? [] : [{ property, value }]
  })
  return {
    entries: given.map(({ property, value }) => [property.name, value] as const),
    violations: given.flatMap(({ property, value }) => {
      const problem = problemOf(property, value)
      return problem === undefined ? [] : [faulty(property, problem)]
    }),
  }
}

/** Those that every client has to have. */
export function checkRequiredProperties(metadata: ClientMetadata, { extendedProperties }: Realm): readonly Violation[] {
  return extendedProperties
    .filter(({ required, name }) => required && metadata[name] === undefined)
    .map((property) => faulty(property, 'must be given'))
}

/** `name=value` for every value, as clients are searched by. */
export function searchableProperties(metadata: ClientMetadata, { extendedProperties }: Realm): readonly string[] {
  return extendedProperties.flatMap(({ name }) =>
    [metadata[name] ?? []].flat().flatMap((value) => (typeof value === 'string' ? [`${name}=${value}`] : [])),
  )
}

function problemOf({ multiValued, ...property }: ExtendedProperty, value: JsonValue): string | undefined {
  if (!multiValued) return textProblem(property, value)
  if (!Array.isArray(value)) return 'must be an array of texts, since the property has several values'
  if (value.length > listItemsMax) return `must have at most ${listItemsMax} values`
  return value.map((item) => textProblem(property, item)).find((problem) => problem !== undefined)
}

function textProblem(
  { format, values, charactersMax }: Omit<ExtendedProperty, 'multiValued'>,
  value: JsonValue,
): string | undefined {
  if (typeof value !== 'string' || value === '') return 'must be one text that is not empty'
  if (value.length > charactersMax || !isWellFormedText(value))
    return `must be a text of at most ${charactersMax} characters without control characters`
  if (values !== undefined && !values.includes(value)) return `must be ${oneOf(values)}`
  return isOfFormat[format](value) ? undefined : expectation[format]
}

const isOfFormat: Readonly<Record<ExtendedProperty['format'], (value: string) => boolean>> = {
  text: () => true,
  'https-uri': (value) => {
    const uri = parseUri(value)
    return typeof uri !== 'string' && isWebUri(uri) && uri.scheme === 'https'
  },
  email: (value) => /^[^\s@]{1,64}@[^\s@]{1,255}$/.test(value),
  integer: (value) => /^-?[0-9]{1,15}$/.test(value),
  boolean: (value) => value === 'true' || value === 'false',
}

const expectation: Readonly<Record<ExtendedProperty['format'], string>> = {
  text: 'must be a text',
  'https-uri': 'must be an https URI',
  email: 'must be an e-mail address',
  integer: 'must be a whole number, written as a text',
  boolean: "must be the text 'true' or 'false'",
}

function faulty({ name, errorCode }: ExtendedProperty, problem: string): Violation {
  const fault = violation(name, problem)
  return errorCode === undefined ? fault : { ...fault, code: errorCode }
}
