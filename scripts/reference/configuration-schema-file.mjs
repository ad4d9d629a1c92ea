import { spellDuration } from './durations.mjs'

/** The file's JSON Schema for editors, in the spelling of the file. */
export async function configurationSchemaFile(load) {
  const { configurationSchema } = await load('config/schema')
  const { spelledProperties } = await load('config/spelled-properties')
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of Registrar',
    ...spelled(configurationSchema, (inner) => spelledProperties(inner, 'file')),
  }
  return `${JSON.stringify(schema, undefined, 2)}\n`
}

const kept = ['type', 'const', 'enum', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'description']

function spelled(schema, propertiesOf) {
  const inner = (part) => spelled(part, propertiesOf)
  return {
    ...Object.fromEntries(kept.filter((name) => schema[name] !== undefined).map((name) => [name, schema[name]])),
    ...(schema.description === undefined && schema.accepts !== undefined ? { description: schema.accepts } : {}),
    ...(isPlain(schema.default) ? { default: schema.default } : {}),
    ...(schema.anyOf === undefined ? {} : { anyOf: schema.anyOf.map(inner) }),
    ...(schema.items === undefined ? {} : { items: inner(schema.items) }),
    ...(schema.type === 'object' ? mapping(schema, propertiesOf) : {}),
  }
}

function mapping(schema, propertiesOf) {
  const properties = Object.entries(propertiesOf(schema))
  const required = properties.filter(([, property]) => isNeeded(property)).map(([key]) => key)
  const patterns = Object.entries(schema.patternProperties ?? {})
  return {
    properties: Object.fromEntries(properties.map(([key, property]) => [key, member(property, propertiesOf)])),
    ...(required.length === 0 ? {} : { required }),
    ...(patterns.length === 0
      ? {}
      : { patternProperties: Object.fromEntries(patterns.map(([key, value]) => [key, spelled(value, propertiesOf)])) }),
    additionalProperties: schema.additionalProperties !== false,
  }
}

/** What has a default can be left out, and so can a section whose members all can. */
function isNeeded({ isRequired, schema }) {
  return isRequired && schema.default === undefined && !(schema.type === 'object' && schema.properties !== undefined)
}

function member({ schema, unitMilliseconds }, propertiesOf) {
  if (unitMilliseconds === undefined) return spelled(schema, propertiesOf)
  return {
    anyOf: [{ type: 'string', pattern: '^\\s*(0|\\d{1,12}\\s?(ms|s|m|h|d|w))\\s*$' }, { const: 0 }],
    ...(schema.description === undefined ? {} : { description: schema.description }),
    ...(schema.default === undefined ? {} : { default: spellDuration(schema.default * unitMilliseconds) }),
  }
}

/** The default of a section is that of its members. */
function isPlain(value) {
  return value !== undefined && (typeof value !== 'object' || Array.isArray(value))
}
