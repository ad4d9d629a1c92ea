import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { accepted, choicesOf, type Schema } from './accepted.ts'
import type { Path, Problem } from './problem.ts'
import { readDuration, type SpelledProperty, spelledProperties } from './spelled-properties.ts'
import { suggestion } from './suggestion.ts'

/** Where a value stands, how it is spelled there, and where to tell what is wrong with it. */
export interface Place {
  readonly path: Path
  readonly spelling: 'file' | 'api'
  readonly problems: Problem[]
}

export type Mapping = Readonly<Record<string, unknown>>

/**
 * Reads `input` as `schema` says, fills in defaults at every depth and collects every problem instead of stopping at the
 * first one. What comes back is only fit for use when no problem was found.
 */
export function readValue(schema: TSchema, input: unknown, place: Place): unknown {
  return read(schema as Schema, input, place)
}

function isMapping(input: unknown): input is Mapping {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}

function read(schema: Schema, input: unknown, place: Place): unknown {
  if (isChoice(schema)) return readLeaf(schema, input, place)
  if (schema.anyOf !== undefined) return readUnion(schema, input, place)
  if (schema.type === 'object') return readMapping(schema, input, place)
  if (schema.type === 'array' && schema.items !== undefined) return readList(schema, input, place)
  return readLeaf(schema, input, place)
}

const choices = new WeakMap<Schema, boolean>()

function isChoice(schema: Schema): boolean {
  const known = choices.get(schema) ?? choicesOf(schema) !== undefined
  choices.set(schema, known)
  return known
}

function readLeaf(schema: Schema, input: unknown, place: Place): unknown {
  return isAccepted(schema, input) ? input : report(schema, input, place)
}

/** Thousands of realms have the same few words in the same places. */
const acceptedBefore = new WeakMap<Schema, Set<unknown>>()
const rememberedMax = 1_000

function isAccepted(schema: Schema, input: unknown): boolean {
  const before = acceptedBefore.get(schema) ?? new Set()
  if (before.has(input)) return true
  if (!Value.Check(schema as object, input)) return false
  const isWord = typeof input === 'boolean' || typeof input === 'number' || (typeof input === 'string' && input.length < 50)
  if (isWord && before.size < rememberedMax) acceptedBefore.set(schema, before.add(input))
  return true
}

function readList(schema: Schema, input: unknown, place: Place): unknown {
  if (!Array.isArray(input)) return report(schema, input, place)
  if (input.length < (schema.minItems ?? 0)) place.problems.push({ path: place.path, message: 'must not be empty' })
  return input.map((item, index) => read(schema.items ?? {}, item, inside(place, index)))
}

/** The branch whose kind or keys stand there is the one that was meant; its problems are the ones to tell. */
function readUnion(schema: Schema, input: unknown, place: Place): unknown {
  const branches = (schema.anyOf ?? []).filter((branch) => typeFits(branch, input))
  const fitting =
    branches.length > 1 && isMapping(input)
      ? branches.filter((branch) => sharesKeys(branch, input) && isOfKind(branch, input))
      : branches
  const branch = fitting[0]
  if (branch === undefined) return report(schema, input, place)
  return read(branch, input, place)
}

function typeFits(branch: Schema, input: unknown): boolean {
  if (branch.type === 'object') return isMapping(input)
  if (branch.type === 'array') return Array.isArray(input)
  return isAccepted(branch, input)
}

function sharesKeys(branch: Schema, input: Mapping): boolean {
  return Object.keys(branch.properties ?? {}).some((key) => Object.hasOwn(input, key))
}

/** Where branches differ by a constant, such as `kind`, that decides. */
function isOfKind(branch: Schema, input: Mapping): boolean {
  return Object.entries(branch.properties ?? {}).every(
    ([key, property]) => property.const === undefined || property.const === input[key],
  )
}

function readMapping(common: Schema, input: unknown, place: Place): unknown {
  if (!isMapping(input)) return report(common, input, place)
  const schema = variantFor(common, input)
  const spelled = spelledProperties(schema, place.spelling)
  const shared = sharedDefaults(schema)
  const members: Record<string, unknown> = { ...shared }
  for (const [key, property] of entriesOf(spelled)) {
    const given = input[key]
    // YAML reads `key:` with nothing behind it as null, which says as little as leaving it out.
    if (given !== undefined && given !== null) readMember(property, given, { ...inside(place, key), members })
    else if (!Object.hasOwn(shared, property.name)) readAbsent(property, { ...inside(place, key), members })
  }
  const others = Object.keys(input).filter((key) => !Object.hasOwn(spelled, key))
  if (others.length === 0) return members
  // A key can be anything, __proto__ included.
  return { ...members, ...Object.fromEntries(others.map((key) => [key, readOther(schema, input[key], inside(place, key))])) }
}

/** Where a member stands, and the mapping that it becomes a part of. */
interface MemberPlace extends Place {
  readonly members: Record<string, unknown>
}

type Entries = readonly (readonly [key: string, property: SpelledProperty])[]

const entries = new WeakMap<object, Entries>()

function entriesOf(spelled: Readonly<Record<string, SpelledProperty>>): Entries {
  const known = entries.get(spelled) ?? Object.entries(spelled)
  entries.set(spelled, known)
  return known
}

function variantFor(schema: Schema, input: Mapping): Schema {
  const { member, byValue } = schema.variants ?? { member: '', byValue: {} }
  const value = input[member]
  return typeof value === 'string' && Object.hasOwn(byValue, value) ? (byValue[value] ?? schema) : schema
}

function readMember(property: SpelledProperty, given: unknown, place: MemberPlace): void {
  const { name, schema, unitMilliseconds } = property
  if (unitMilliseconds === undefined) {
    place.members[name] = read(schema, given, place)
    return
  }
  const duration = readDuration(property, given)
  if ('problem' in duration) place.problems.push({ path: place.path, message: duration.problem })
  else place.members[name] = duration.value
}

/** What has no default that is whole. */
function readAbsent({ name, schema, isRequired }: SpelledProperty, place: MemberPlace): void {
  const { members, problems, path } = place
  // Defaults are written in the schema's own spelling, whatever the file's is.
  if (schema.default !== undefined)
    members[name] = read(schema, structuredClone(schema.default), { path, problems, spelling: 'api' })
  else if (isRequired && isSection(schema)) members[name] = read(schema, {}, place)
  else if (isRequired) problems.push({ path, message: `is missing; give ${accepted(schema)}` })
}

/** What is left out is the same for everybody, and there once: a thousand realms share it, so that nobody may change it. */
const defaults = new WeakMap<Schema, Mapping>()

/** Of the members whose default is whole. */
function sharedDefaults(schema: Schema): Mapping {
  const known = defaults.get(schema)
  if (known !== undefined) return known
  const found = Object.fromEntries(Object.values(spelledProperties(schema, 'api')).flatMap(completed))
  defaults.set(schema, deepFrozen(found) as Mapping)
  return found
}

function completed({ name, schema, isRequired }: SpelledProperty): readonly (readonly [string, unknown])[] {
  if (schema.default === undefined && !(isRequired && isSection(schema))) return []
  const problems: Problem[] = []
  const value = read(schema, structuredClone(schema.default ?? {}), { path: [], spelling: 'api', problems })
  return problems.length > 0 ? [] : [[name, value]]
}

/** One whose members all have defaults can be left out whole. */
function isSection({ type, properties }: Schema): boolean {
  return type === 'object' && properties !== undefined
}

function deepFrozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) deepFrozen(member)
  return Object.freeze(value)
}

function readOther(schema: Schema, value: unknown, place: Place): unknown {
  const key = String(place.path.at(-1))
  const pattern = Object.entries(schema.patternProperties ?? {}).find(([expression]) => new RegExp(expression, 'u').test(key))
  if (pattern !== undefined) return read(pattern[1], value, place)
  if (typeof schema.additionalProperties === 'object') return read(schema.additionalProperties, value, place)
  if (schema.additionalProperties !== false) return value
  place.problems.push({ path: place.path, message: unknownKey(key, schema, place) })
  return undefined
}

function unknownKey(key: string, schema: Schema, place: Place): string {
  const known = Object.keys(spelledProperties(schema, place.spelling))
  const meant = suggestion(key, known)
  if (meant !== undefined) return `unknown key; did you mean ${meant}?`
  if (schema.patternProperties !== undefined) return `is not a name that can stand here; give ${accepted(schema)}`
  return `unknown key; known here: ${known.join(', ')}`
}

function report(schema: Schema, input: unknown, place: Place): undefined {
  place.problems.push({
    path: place.path,
    message: `${shown(input)} is not accepted; give ${accepted(schema)}${meant(schema, input)}`,
  })
}

function meant(schema: Schema, input: unknown): string {
  const word = typeof input === 'string' ? suggestion(input, choicesOf(schema) ?? []) : undefined
  return word === undefined ? '' : `; did you mean ${word}?`
}

function shown(input: unknown): string {
  if (Array.isArray(input)) return 'a list'
  if (isMapping(input)) return 'a mapping'
  const text = JSON.stringify(input) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text
}

function inside(place: Place, step: string | number): Place {
  return { ...place, path: [...place.path, step] }
}
