import type { Entry } from 'ldapts'
import type { Directory } from '../../registration/index.ts'

const VALUE_LENGTH_MAX = 2000

/** What the directory says of a person, under the names of claims; the first of several values. */
export function entryClaims(entry: Entry, { claims }: Directory): Readonly<Record<string, unknown>> {
  const found = Object.entries(claims).map(([claim, attribute]) => [claim, typed(claim, valuesOf(entry, attribute)[0])] as const)
  return Object.fromEntries(found.filter(([, value]) => value !== undefined))
}

/** Texts alone. Attribute names have no case (RFC 4512 §2.5), and servers answer in their own. */
export function valuesOf(entry: Entry, attribute: string): readonly string[] {
  const name = Object.keys(entry).find((candidate) => candidate.toLowerCase() === attribute.toLowerCase())
  const values = name === undefined ? [] : [entry[name] ?? []].flat()
  return values.filter((value) => typeof value === 'string' && isStorable(value)).map((value) => String(value))
}

/** A text where it is one, such as `entryUUID`; digits for bytes, such as `objectGUID`. */
export function idOf(entry: Entry, { idAttribute }: Directory): string | undefined {
  const name = Object.keys(entry).find((candidate) => candidate.toLowerCase() === idAttribute.toLowerCase())
  const [value] = name === undefined ? [] : ([entry[name] ?? []].flat() as readonly (string | Buffer)[])
  if (value === undefined || value.length === 0) return undefined
  const bytes = Buffer.from(value)
  const text = bytes.toString('utf8')
  return /^[\x21-\x7E]{1,255}$/.test(text) ? text : bytes.toString('hex').slice(0, 255)
}

/** OpenID Connect Core §5.1 has two claims that are true or false; directories write TRUE. */
function typed(claim: string, value: string | undefined): unknown {
  if (value === undefined || value === '') return undefined
  return claim.endsWith('_verified') ? value.toLowerCase() === 'true' : value
}

/** PostgreSQL takes no NUL; and what is longer is no claim. */
function isStorable(value: string): boolean {
  return value.length <= VALUE_LENGTH_MAX && !value.includes('\0')
}
