/** A JSON Schema as typebox builds it, read structurally: every room may bring its own. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly propertyNames?: Schema
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly minItems?: number
  /** Ours: what to tell people who wrote something else. */
  readonly accepts?: string
  /** Ours: what stands in `member` decides by which schema the whole is read. */
  readonly variants?: { readonly member: string; readonly byValue: Readonly<Record<string, Schema>> }
}

/** What would have been accepted, in words. */
export function accepted(schema: Schema): string {
  if (schema.accepts !== undefined) return schema.accepts
  const choices = choicesOf(schema)
  if (choices !== undefined) return choices.length === 1 ? `${choices[0]}` : `one of ${choices.join(', ')}`
  if (schema.anyOf !== undefined) return schema.anyOf.map(accepted).join(', or ')
  return acceptedType(schema)
}

/** The values of an enumeration, whether it is written as `enum`, as `const` or as a union of constants. */
export function choicesOf(schema: Schema): readonly string[] | undefined {
  if (schema.enum !== undefined) return schema.enum.map(String)
  if (schema.const !== undefined) return [String(schema.const)]
  const branches = schema.anyOf?.map((branch) => branch.const)
  return branches?.every((value) => value !== undefined) ? branches.map(String) : undefined
}

function acceptedType(schema: Schema): string {
  switch (schema.type) {
    case 'string':
      return schema.pattern === undefined ? 'a text' : `a text that matches ${schema.pattern}`
    case 'integer':
      return `a whole number${range(schema)}`
    case 'number':
      return `a number${range(schema)}`
    case 'boolean':
      return 'true or false'
    case 'array':
      return schema.items === undefined ? 'a list' : `a list, each item ${accepted(schema.items)}`
    case 'object':
      return schema.properties === undefined ? 'a mapping' : `a mapping with ${Object.keys(schema.properties).join(', ')}`
    default:
      return 'another value'
  }
}

function range({ minimum, maximum }: Schema): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  if (minimum !== undefined) return ` of at least ${minimum}`
  return maximum === undefined ? '' : ` of at most ${maximum}`
}
