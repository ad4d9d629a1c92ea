import { spellDuration } from './durations.mjs'
import { code, codes, page, table } from './markdown.mjs'

/** Every key of the YAML file as it is written there: durations with their unit. */
export async function configurationPage(load) {
  const { configurationSchema } = await load('config/schema')
  const { spelledProperties } = await load('config/spelled-properties')
  const { accepted, choicesOf } = await load('config/accepted')
  const tools = { accepted, choicesOf, propertiesOf: (schema) => Object.entries(spelledProperties(schema, 'file')) }
  return page('Configuration', introduction, ...sectionsOf({ path: '', schema: configurationSchema }, tools))
}

const introduction = [
  'One YAML file, given with `--config FILE` or `REGISTRAR_CONFIG`. `registrar config check FILE` tells everything that is wrong',
  'with it; an unknown key is an error. For editors: `# yaml-language-server: $schema=configuration.schema.json` as its first',
  'line, with the path of [configuration.schema.json](configuration.schema.json).',
  '',
  '- A **duration** is a whole number with its unit: `500ms`, `30s`, `15m`, `12h`, `90d`, `2w`; `0` needs none.',
  '- A **secret** is `{ env: NAME }` or `{ file: PATH }`; in `mode: development` also `{ generated: NAME }`, made at the first',
  '  start and kept in the data folder under `secrets/`, or `{ value: TEXT }`.',
  '- A path is relative to the file that it stands in.',
  '- *needed* in the column Default: the key has to be there wherever the mapping around it is.',
].join('\n')

/** A mapping is a section of its own, unless it is small: then its keys stand in the table of the one around it. */
function sectionsOf({ path, schema }, tools) {
  const rows = tools.propertiesOf(schema).flatMap(([key, property]) => rowsOf(key, property, tools))
  const inner = tools.propertiesOf(schema).flatMap(([key, property]) => innerSections(join(path, key), property.schema, tools))
  const heading = path === '' ? ['## The file'] : [`## ${code(path)}`, schema.description ?? '']
  return [...heading, ...(rows.length === 0 ? [] : [table(['Key', 'Accepts', 'Default', 'What it is'], rows)]), ...inner]
}

function innerSections(path, schema, tools) {
  const values = valuesOf(schema)
  if (values !== undefined) return sectionsOf({ path: `${path}.<name>`, schema: { ...values, ...titled(schema) } }, tools)
  return isSection(schema, tools) ? sectionsOf({ path, schema }, tools) : []
}

function rowsOf(key, property, tools) {
  const { schema } = property
  if (isSection(schema, tools) || valuesOf(schema) !== undefined) return []
  const own = [code(key), acceptedText(property, tools), defaultText(property, tools), schema.description ?? '']
  if (isSecret(schema) || isSecret(schema.items ?? {})) return [own]
  return [own, ...membersIn(key, schema, tools)]
}

function membersIn(key, schema, tools) {
  const nested = (prefix, inner) =>
    tools.propertiesOf(inner).flatMap(([name, property]) => rowsOf(`${prefix}.${name}`, property, tools))
  if (schema.type === 'array') return objectsIn(schema.items).flatMap((inner) => nested(`${key}[]`, inner))
  return objectsIn(schema).flatMap((inner) => nested(key, inner))
}

/** The mappings that a value can be. */
function objectsIn(schema) {
  if (schema.type === 'object' && schema.properties !== undefined) return [schema]
  return (schema.anyOf ?? []).flatMap(objectsIn)
}

const rowsMax = 3

function isSection(schema, tools) {
  if (schema.type !== 'object' || schema.properties === undefined) return false
  return tools.propertiesOf(schema).length > rowsMax || Object.values(schema.properties).some(({ type }) => type === 'object')
}

/** Of a mapping whose keys are names that the operator gives. */
function valuesOf(schema) {
  return Object.values(schema.patternProperties ?? {})[0]
}

function titled({ description }) {
  return description === undefined ? {} : { description }
}

function join(path, key) {
  return path === '' ? key : `${path}.${key}`
}

function isSecret(schema) {
  return schema.accepts?.startsWith('{ env: NAME }') === true
}

function acceptedText({ schema, unitMilliseconds }, { accepted, choicesOf }) {
  if (isSecret(schema)) return 'a secret'
  if (unitMilliseconds !== undefined) return `a duration${range(schema, (value) => spellDuration(value * unitMilliseconds))}`
  const choices = choicesOf(schema)
  if (choices !== undefined) return codes(choices)
  if (schema.type === 'array') return listText(schema, { accepted, choicesOf })
  if (schema.type === 'object') return 'a mapping'
  return accepted(schema)
}

function listText({ items, minItems }, { accepted, choicesOf }) {
  const choices = choicesOf(items)
  const what = choices === undefined ? itemText(items, accepted) : `: ${codes(choices)}`
  return `a ${minItems === undefined ? '' : 'non-empty '}list${what}`
}

function itemText(items, accepted) {
  if (isSecret(items)) return ' of secrets'
  return items.type === 'object' ? ' of mappings' : `, each item ${accepted(items)}`
}

function range({ minimum, maximum }, spell) {
  const from = minimum === undefined || minimum === 0 ? '' : ` from ${spell(minimum)}`
  return maximum === undefined ? from : `${from} up to ${spell(maximum)}`
}

function defaultText({ schema, isRequired, unitMilliseconds }) {
  if (schema.default === undefined) return isRequired && schema.type !== 'object' ? '*needed*' : ''
  if (unitMilliseconds !== undefined) return code(spellDuration(schema.default * unitMilliseconds))
  return schema.type === 'object' ? '' : code(flow(schema.default))
}

/** In YAML's flow style. */
function flow(value) {
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value)
}
