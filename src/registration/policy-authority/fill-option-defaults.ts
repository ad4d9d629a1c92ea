import { Value } from 'typebox/value'
import type { JsonValue } from '../client.ts'

/** A JSON Schema read structurally: that of an operator's own policy has crossed a thread and is plain data. */
interface OptionSchema {
  readonly default?: JsonValue
  readonly properties?: Readonly<Record<string, OptionSchema>>
  readonly items?: OptionSchema
  readonly anyOf?: readonly OptionSchema[]
  readonly additionalProperties?: boolean | OptionSchema
  readonly patternProperties?: Readonly<Record<string, OptionSchema>>
}

/** `value` with what it leaves out and the schema knows, at every depth. A default is completed like anything else. */
export function fillOptionDefaults(schema: object, value: JsonValue): JsonValue {
  return fill(schema, value)
}

function fill(schema: OptionSchema, value: JsonValue): JsonValue {
  if (schema.anyOf !== undefined) return fillBranch(schema.anyOf, value)
  if (Array.isArray(value)) return value.map((item: JsonValue) => fill(schema.items ?? {}, item))
  if (typeof value !== 'object' || value === null) return value
  return fillMembers(schema, value as Readonly<Record<string, JsonValue>>)
}

/** The branch that fits once it is complete. */
function fillBranch(branches: readonly OptionSchema[], value: JsonValue): JsonValue {
  for (const branch of branches) {
    const complete = fill(branch, value)
    if (Value.Check(branch as object, complete)) return complete
  }
  return value
}

function fillMembers(schema: OptionSchema, value: Readonly<Record<string, JsonValue>>): JsonValue {
  const properties = Object.entries(schema.properties ?? {})
  const missing = properties.flatMap(([name, property]) =>
    Object.hasOwn(value, name) || property.default === undefined ? [] : [[name, fill(property, property.default)] as const],
  )
  const given = Object.entries(value).map(([name, member]) => [name, fill(schemaOf(schema, name), member)] as const)
  return Object.fromEntries([...given, ...missing])
}

function schemaOf(schema: OptionSchema, name: string): OptionSchema {
  const { properties = {}, patternProperties = {}, additionalProperties } = schema
  if (Object.hasOwn(properties, name)) return properties[name] ?? {}
  const pattern = Object.entries(patternProperties).find(([expression]) => new RegExp(expression, 'u').test(name))
  if (pattern !== undefined) return pattern[1]
  return typeof additionalProperties === 'object' ? additionalProperties : {}
}
