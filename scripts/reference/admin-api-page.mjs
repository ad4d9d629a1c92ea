import { code, codes, page, table } from './markdown.mjs'

/** The admin API, from the document that it publishes about itself. */
export async function adminApiPage(load) {
  const { adminRoutes } = await load('admin/admin-routes')
  const { openApiDocument } = await load('admin/openapi-document')
  const contract = await load('admin/contract')
  const { user } = await load('admin/contract-users')
  const { managedRealm } = await load('admin/contract-realms')
  const { runTimeRealmSchema } = await load('config/run-time-realms/run-time-realm-schema')
  const { registrationSettingsSchema } = await load('config/registration-settings-schema')
  const { objectKinds } = await load('config/objects/object-kinds')
  const { clientRevision, delivery, policyType, preview, replay } = await load('admin/contract-admission')
  const objects = Object.fromEntries(Object.values(objectKinds).map(({ member, schema }) => [member, { schema }]))
  const shapes = new Map([
    [contract.realm, 'Realm'],
    [managedRealm, 'Realm with its definition'],
    [user, 'User'],
    [contract.client, 'Client'],
    [contract.initialAccessToken, 'Initial access token'],
    [contract.key, 'Signing key'],
    [contract.auditEvent, 'Audit event'],
    [contract.problem, 'Problem'],
    [policyType, 'Policy type'],
    [clientRevision, 'Revision of a client'],
    [preview, 'Preview'],
    [replay, 'Replay'],
    [delivery, 'Delivery'],
    [objectKinds.policies.schema, 'Policy'],
    [objectKinds.scopes.schema, 'Scope'],
    [objectKinds.scopeGroups.schema, 'Scope group'],
    [objectKinds.extendedProperties.schema, 'Extended property'],
    [objectKinds.statementIssuers.schema, 'Statement issuer'],
    [objectKinds.assertionIssuers.schema, 'Assertion issuer'],
    [objectKinds.assertionAudiences.schema, 'Assertion audience'],
    [objectKinds.webhooks.schema, 'Webhook'],
    [objectKinds.identityProviders.schema, 'Identity provider'],
    [objectKinds.trustedCas.schema, 'Trusted CA'],
    [registrationSettingsSchema, 'Registration settings'],
  ])
  const { paths } = openApiDocument(
    adminRoutes({ objects, settings: { schema: registrationSettingsSchema }, runTimeRealms: { schema: runTimeRealmSchema } }),
  )
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      operationParts(`${method.toUpperCase()} ${path}`, operation, shapes),
    ),
  )
  const shapeParts = [...shapes].flatMap(([schema, name]) => [`### ${name}`, members(schema, shapes)])
  return page('Admin API', introduction, ...operations, '## Shapes', ...shapeParts)
}

const introduction = [
  'On the admin listener, with the administrator token as `Authorization: Bearer …`; the OpenAPI 3.1 document is at',
  '`/admin/v1/openapi.json`. An error is a [problem](#problem) document (RFC 9457), `application/problem+json`: 400 for a request that is',
  'not as described, 401 without the token, 404, 405, 409 where the configuration file owns what should be changed, 413, 415, 422 where',
  'a value is not accepted, 503 with `Retry-After`, 500 with a `request_id` under which the log has the cause. A list has `items`, and',
  '`next` as long as there is more: give it as `after`. Times are seconds since 1970-01-01T00:00:00Z.',
  '',
  'Without `/admin/v1` and without a token: `GET /health/live` answers 200 while the process does, `GET /health/ready` 200 or 503 with',
  '`{ "status", "checks": [{ "name", "ok" }] }`. `GET /metrics` is described in [metrics.md](metrics.md).',
].join('\n')

function operationParts(title, { summary, parameters = [], requestBody, responses }, shapes) {
  const body = requestBody?.content['application/json']?.schema
  const answers = Object.entries(responses).filter(([status]) => status !== 'default')
  return [
    `## ${code(title)}`,
    `${summary}.`,
    parameterTable(parameters, shapes),
    ...(body === undefined ? [] : ['Body:', shapes.has(body) ? link(shapes.get(body)) : members(body, shapes)]),
    answers.map((answer) => answerText(answer, shapes)).join('\n'),
  ]
}

function parameterTable(parameters, shapes) {
  if (parameters.length === 0) return ''
  const rows = parameters.map(({ name, in: place, schema, description = '' }) => [
    code(name),
    place,
    typeOf(schema, shapes),
    description,
  ])
  return table(['Parameter', 'In', 'Type', 'What it is'], rows)
}

function answerText([status, { description, content }], shapes) {
  const schema = content?.['application/json'].schema
  return `${status}: ${description}${schema === undefined ? '' : ` – ${typeOf(schema, shapes)}`}.`
}

function members({ properties = {}, required = [] }, shapes) {
  const rows = Object.entries(properties).map(([name, schema]) => {
    const isOptional = !required.includes(name) || schema.default !== undefined
    const fallback = isPlain(schema.default) ? `Default: ${code(JSON.stringify(schema.default))}.` : ''
    return [
      code(name),
      typeOf(schema, shapes),
      isOptional ? 'no' : 'yes',
      [schema.description, fallback].filter(Boolean).join(' '),
    ]
  })
  return table(['Member', 'Type', 'Always', 'What it is'], rows)
}

function typeOf(schema, shapes) {
  const name = shapes.get(schema)
  if (name !== undefined) return link(name)
  if (schema.const !== undefined) return code(schema.const)
  if (schema.enum !== undefined) return codes(schema.enum)
  if (schema.anyOf !== undefined) return unionText(schema.anyOf, shapes)
  if (schema.type === 'array') return `array of ${typeOf(schema.items, shapes)}`
  return schema.type === 'object' ? objectText(schema, shapes) : `${schema.type}${range(schema)}`
}

function unionText(choices, shapes) {
  const ending = choices.some(({ type }) => type === 'object') ? ';' : ''
  return choices.map((choice) => typeOf(choice, shapes)).join(`${ending} or `)
}

function objectText({ properties = {}, patternProperties = {} }, shapes) {
  const [values] = Object.values(patternProperties)
  if (values !== undefined) return `object with values ${typeOf(values, shapes)}`
  const [known, name] = [...shapes].find(([shape]) => isWithin(shape.properties ?? {}, properties)) ?? [
    { properties: {} },
    'object',
  ]
  const others = Object.entries(properties).filter(([member]) => !Object.hasOwn(known.properties, member))
  const inner = others.map(([member, value]) => `${code(member)}: ${typeOf(value, shapes)}`)
  const what = name === 'object' ? name : link(name)
  return inner.length === 0 ? what : `${what} with ${inner.join(', ')}`
}

/** A shape with something added, such as who owns the object. */
function isWithin(shape, properties) {
  const members = Object.entries(shape)
  return members.length > 0 && members.every(([member, schema]) => properties[member] === schema)
}

function range({ minimum, maximum }) {
  return minimum === undefined || maximum === undefined ? '' : ` from ${minimum} to ${maximum}`
}

function isPlain(value) {
  return value !== undefined && (typeof value !== 'object' || Array.isArray(value))
}

function link(name) {
  return `[${name.toLowerCase()}](#${name.toLowerCase().replaceAll(' ', '-')})`
}
