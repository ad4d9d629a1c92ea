import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { type PolicyType, Refusal, readPolicyOptions } from '../../registration/index.ts'

const text = Type.String({ minLength: 1 })
const operations = ['create', 'update', 'read', 'delete']

/** What a policy says of itself; its function is looked at where it stands. */
const members: Readonly<Record<string, { readonly schema: object; readonly accepts: string; readonly isOptional?: boolean }>> = {
  name: {
    schema: Type.String({ pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 100 }),
    accepts: 'the name of the file, of small letters, digits and hyphens',
  },
  summary: { schema: text, accepts: 'one sentence' },
  cites: { schema: Type.Array(text), accepts: "a list of texts, such as ['RFC 7591 §5']" },
  options: {
    schema: Type.Object({ type: Type.Literal('object') }),
    accepts: 'a schema: Type.Object({…}, { additionalProperties: false })',
  },
  concerns: { schema: Type.Enum(['metadata', 'requester']), accepts: "'metadata' or 'requester'" },
  operations: {
    schema: Type.Array(Type.Enum(operations), { minItems: 1 }),
    accepts: `a list of ${operations.join(', ')}`,
    isOptional: true,
  },
  guards: { schema: Type.Boolean(), accepts: 'true or false', isOptional: true },
  examples: {
    schema: Type.Object({
      options: Type.Object({}),
      allows: Type.Array(Type.Object({})),
      refuses: Type.Array(Type.Object({})),
      cases: Type.Optional(Type.Array(Type.Object({ title: text, given: Type.Object({}), yields: Type.Array(Type.Unknown()) }))),
    }),
    accepts: '{ options, allows: […], refuses: […] } and, where metadata alone cannot show it, cases: [{ title, given, yields }]',
  },
}

/** Everything that keeps `value`, the default export of a file called `fileName`, from being a policy type. */
export function checkPolicyType(value: unknown, fileName: string): readonly string[] {
  if (!isMapping(value)) return ['has no policy as its default export; write export default definePolicy({…})']
  const problems = Object.entries(members).flatMap(([name, member]) => {
    const isThere = value[name] !== undefined
    if (!isThere && member.isOptional) return []
    if (!isThere) return [`${name} is missing; give ${member.accepts}`]
    return Value.Check(member.schema, value[name]) ? [] : [`${name} is not accepted; give ${member.accepts}`]
  })
  const unknown = Object.keys(value).filter((name) => name !== 'judge' && !Object.hasOwn(members, name))
  const judge = typeof value['judge'] === 'function' ? [] : ['judge is missing; give a function (context, options) => verdicts']
  const all = [...problems, ...judge, ...unknown.map((name) => `${name} is no member of a policy`)]
  return all.length > 0 ? all : checkParts(value as unknown as PolicyType, fileName)
}

function checkParts({ name, options, examples }: PolicyType, fileName: string): readonly string[] {
  const shown = examples.allows.length + examples.refuses.length + (examples.cases?.length ?? 0)
  return [
    ...(name === fileName ? [] : [`is called ${name} inside; call it ${fileName}, as its file is called`]),
    ...openSchemas(options, 'options').map((place) => `${place} is not closed; give it { additionalProperties: false }`),
    ...(shown > 0 ? [] : ['examples shows nothing; give at least one example of what it allows, refuses or does']),
    ...problemsOfOptions(options, examples.options),
    ...(examples.cases ?? []).flatMap((example) =>
      example.options === undefined ? [] : problemsOfOptions(options, example.options, ` of case "${example.title}"`),
    ),
  ]
}

function problemsOfOptions(
  schema: PolicyType['options'],
  options: PolicyType['examples']['options'],
  of = '',
): readonly string[] {
  try {
    readPolicyOptions({ options: schema }, options)
    return []
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.violations.map(({ reason }) => `the options of its examples${of} do not fit: ${reason}`)
  }
}

/** An open schema would accept a misspelt option and ignore it, which is how a policy becomes none. */
function openSchemas(schema: unknown, place: string): readonly string[] {
  if (!isMapping(schema)) return []
  const isOpen = schema['type'] === 'object' && isMapping(schema['properties']) && schema['additionalProperties'] !== false
  const parts = Object.entries(schema).flatMap(([name, part]) =>
    Array.isArray(part)
      ? part.flatMap((item, index) => openSchemas(item, `${place}.${name}[${index}]`))
      : isMapping(part) && !['default', 'const', 'enum'].includes(name)
        ? openSchemas(part, name === 'properties' ? place : `${place}.${name}`)
        : [],
  )
  return [...(isOpen ? [place] : []), ...parts]
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
