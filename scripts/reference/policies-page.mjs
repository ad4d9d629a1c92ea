import { stringify } from 'yaml'
import { code, codes, page, table } from './markdown.mjs'

/** Every policy that comes with the server, from what its file says of itself. */
export async function policiesPage(load) {
  const { loadBuiltInPolicies } = await load('config/policies/load-built-in-policies')
  const tools = await load('config/accepted')
  const policies = await loadBuiltInPolicies()
  const list = policies.map(({ name, summary }) => [`[${name}](#${name})`, summary])
  return page(
    'Policies',
    introduction,
    table(['Policy', 'What it wants'], list),
    ...policies.flatMap((policy) => sectionOf(policy, tools)),
  )
}

const introduction = [
  'What an operator can demand of clients and of who registers them. A policy is put to use under `policies` of a realm, or with the',
  'admin API, as an instance with an `id` and its `options`; instances judge in their order, and each sees what the ones before',
  'made of the client. Options that have a default can be left out.',
  '',
  '- *About the client*: the policy judges whoever asks, administrators included. *About who asks*: administrators are not judged.',
  '- An update is judged by the client that would come of it: what is refused in a registration is refused in an update.',
  '- *Guards*: it authorises reading, updating and deleting by itself, so that registration access tokens can be switched off.',
].join('\n')

function sectionOf({ name, summary, cites, options, concerns, operations, guards, examples }, tools) {
  const about = concerns === 'metadata' ? 'About the client' : 'About who asks'
  const judged = `judges ${(operations ?? ['create', 'update']).join(', ')}${guards ? '; guards' : ''}`
  return [
    `## ${name}`,
    summary,
    `${about}; ${judged}. ${cites.join(' · ')}`,
    table(['Option', 'Accepts', 'Default', 'What it is'], rowsOf(options, '', tools)),
    ['```yaml', exampleOf(name, options, examples.options), '```'].join('\n'),
  ]
}

function rowsOf({ properties = {}, required = [] }, prefix, tools) {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`
    const inner = innerOf(schema)
    const own = [code(path), acceptedText(schema, tools), defaultText(schema, required.includes(name)), schema.description ?? '']
    return [own, ...inner.flatMap(([mark, part]) => rowsOf(part, `${path}${mark}.`, tools))]
  })
}

/** The mappings inside of an option, and how a path goes on into them. */
function innerOf(schema) {
  if (schema.properties !== undefined) return [['', schema]]
  return schema.items?.properties === undefined ? [] : [['[]', schema.items]]
}

function acceptedText(schema, { accepted, choicesOf }) {
  const choices = choicesOf(schema)
  if (choices !== undefined) return codes(choices)
  if (schema.type === 'array') return listText(schema, { accepted, choicesOf })
  if (schema.type === 'object')
    return schema.properties === undefined ? mappingText(schema, { accepted, choicesOf }) : 'a mapping'
  return plainText(schema, { accepted })
}

function listText({ items, minItems }, tools) {
  const size = minItems === undefined ? '' : 'non-empty '
  if (items.properties !== undefined) return `a ${size}list of mappings`
  return `a ${size}list, each item ${acceptedText(items, tools)}`
}

function mappingText({ patternProperties = {} }, tools) {
  const [values] = Object.values(patternProperties)
  return values === undefined ? 'a mapping' : `a mapping from names to ${acceptedText(values, tools)}`
}

/** Patterns are for machines; the description has them in words. */
function plainText({ pattern: _pattern, ...schema }, { accepted }) {
  return schema.type === undefined && schema.anyOf === undefined ? 'any value' : accepted(schema)
}

function defaultText({ default: value }, isRequired) {
  if (value === undefined) return isRequired ? '*needed*' : ''
  if (Array.isArray(value)) return value.length === 0 ? 'none' : codes(value)
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'none' : code(JSON.stringify(value))
  return value === '' ? 'none' : code(String(value))
}

function exampleOf(name, { properties }, options) {
  const said = Object.entries(options).filter(
    ([option, value]) => JSON.stringify(properties[option]?.default) !== JSON.stringify(value),
  )
  const instance = { id: name, policy: name, ...(said.length === 0 ? {} : { options: Object.fromEntries(said) }) }
  return stringify({ policies: [instance] }, { lineWidth: 120, flowCollectionPadding: true }).trimEnd()
}
