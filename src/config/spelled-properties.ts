import type { Schema } from './accepted.ts'
import { parseDuration } from './duration.ts'

/** A member of a mapping under the key that it is written with. */
export interface SpelledProperty {
  /** In the schema, and in what the rooms receive. */
  readonly name: string
  readonly schema: Schema
  readonly isRequired: boolean
  /** Set where the key is written with a duration. */
  readonly unitMilliseconds?: number
}

const units: readonly (readonly [suffix: string, milliseconds: number])[] = [
  ['Milliseconds', 1],
  ['Seconds', 1000],
]

/**
 * Rooms count in units that their names tell (`lifetimeSeconds`); people write `lifetime: 15m` in the file, so that no
 * number stands there without its unit. The rule is the suffix, so that no room has to know about it.
 */
export function spelledProperties(schema: Schema, spelling: 'file' | 'api'): SpelledProperties {
  const known = spelled[spelling].get(schema) ?? spell(schema, spelling)
  spelled[spelling].set(schema, known)
  return known
}

type SpelledProperties = Readonly<Record<string, SpelledProperty>>

/** Schemas are asked again and again, and never change. */
const spelled = { file: new WeakMap<Schema, SpelledProperties>(), api: new WeakMap<Schema, SpelledProperties>() }

function spell(schema: Schema, spelling: 'file' | 'api'): SpelledProperties {
  const required = new Set(schema.required ?? [])
  const entries = Object.entries(schema.properties ?? {}).map(([name, property]): [string, SpelledProperty] => {
    const plain = { name, schema: property, isRequired: required.has(name) }
    const unit = spelling === 'file' ? units.find(([suffix]) => isDuration(name, suffix, property)) : undefined
    return unit === undefined ? [name, plain] : [name.slice(0, -unit[0].length), { ...plain, unitMilliseconds: unit[1] }]
  })
  return Object.fromEntries(entries)
}

export function readDuration(
  property: SpelledProperty,
  input: unknown,
): { readonly value: number } | { readonly problem: string } {
  const unit = property.unitMilliseconds ?? 1
  const milliseconds = parseDuration(input)
  const written = JSON.stringify(input) ?? 'nothing'
  if (milliseconds === undefined || milliseconds % unit !== 0) {
    return { problem: `${written} is not a duration; give a whole number with its unit, such as 30s, 15m, 12h or 90d` }
  }
  const value = milliseconds / unit
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = property.schema
  if (value >= minimum && value <= maximum) return { value }
  return { problem: `${written} is not accepted; give ${property.schema.accepts ?? between(property.schema, unit)}` }
}

function between({ minimum, maximum }: Schema, unit: number): string {
  const from = minimum === undefined ? undefined : spellDuration(minimum * unit)
  const to = maximum === undefined ? undefined : spellDuration(maximum * unit)
  if (from !== undefined && to !== undefined) return `a duration from ${from} to ${to}`
  return from === undefined ? `a duration of at most ${to}` : `a duration of at least ${from}`
}

function spellDuration(milliseconds: number): string {
  const unit = (
    [
      ['d', 86_400_000],
      ['h', 3_600_000],
      ['m', 60_000],
      ['s', 1000],
    ] as const
  ).find(([, size]) => milliseconds >= size && milliseconds % size === 0)
  return unit === undefined ? `${milliseconds}ms` : `${milliseconds / unit[1]}${unit[0]}`
}

function isDuration(name: string, suffix: string, { type }: Schema): boolean {
  return name.endsWith(suffix) && name.length > suffix.length && (type === 'integer' || type === 'number')
}
