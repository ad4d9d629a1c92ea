import type { Schema } from '../accepted.ts'

type Settings = Readonly<Record<string, unknown>>

/** The same schema with other defaults: what is left out is as the profile has it, and what is written stays as it is written. */
export function withDefaults<S>(schema: S, settings: Settings): S {
  return changed(schema as Schema, settings) as S
}

function changed(schema: Schema, settings: Settings): Schema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    Object.hasOwn(settings, name) ? changedMember(property, settings[name]) : property,
  ])
  return { ...schema, properties: Object.fromEntries(properties) }
}

function changedMember(schema: Schema, value: unknown): Schema {
  const isSection = schema.properties !== undefined && typeof value === 'object' && value !== null
  return isSection ? changed(schema, value as Settings) : { ...schema, default: value }
}
