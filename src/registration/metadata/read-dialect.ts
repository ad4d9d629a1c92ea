import type { JsonObject, JsonValue } from '../client.ts'
import { refuseAll, type Violation } from '../refusal.ts'
import { certificateKey } from './certificate-key.ts'
import type { DialectClass, DialectWords } from './dialect-words.ts'
import { echo, oneOf } from './echo.ts'
import { isJsonObject } from './json-shape.ts'
import { splitMemberName } from './members.ts'
import { scopeWords } from './narrow-scope.ts'
import { violation } from './violation.ts'

interface Reading {
  readonly body: JsonObject
  readonly violations: readonly Violation[]
}

/**
 * A body in a dialect's words becomes one in those of the registry; what is said in both has to agree.
 * @throws Refusal with every contradiction.
 */
export async function readDialect(body: JsonValue, words: DialectWords | undefined): Promise<JsonValue> {
  if (words === undefined || !isJsonObject(body)) return body
  const { members = {}, lists = {}, classes = {}, certificates = [] } = words
  const named: Reading = { body: withOwnNames(body, members), violations: [] }
  const listed = Object.entries(lists).reduce((reading, [list, text]) => readList(reading, list, text), named)
  const classed = Object.entries(classes).reduce((reading, [member, one]) => readClass(reading, member, one), listed)
  let read = classed
  for (const member of certificates) read = await readCertificate(read, member)
  refuseAll(read.violations)
  return read.body
}

function withOwnNames(body: JsonObject, members: Readonly<Record<string, string>>): JsonObject {
  const renamed = Object.entries(body).flatMap(([name, value]): readonly (readonly [string, JsonValue])[] => {
    const { base, tag } = splitMemberName(name)
    const meant = Object.hasOwn(members, base) ? members[base] : undefined
    if (meant === undefined) return [[name, value]]
    const own = tag === undefined ? meant : `${meant}#${tag}`
    return Object.hasOwn(body, own) ? [] : [[own, value]]
  })
  return Object.fromEntries(renamed)
}

function readList({ body, violations }: Reading, list: string, text: string): Reading {
  const { [list]: items, ...others } = body
  if (items === undefined || items === null) return { body: items === null ? { ...others, [text]: null } : body, violations }
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string' && !item.includes(' '))) {
    return { body: others, violations: [...violations, violation(list, 'must be an array of strings without spaces')] }
  }
  const written = others[text]
  if (written === undefined || written === null || written === '') {
    return { body: { ...others, [text]: items.join(' ') }, violations }
  }
  const isSame = typeof written === 'string' && sameWords(scopeWords(written), items)
  return {
    body: others,
    violations: isSame ? violations : [...violations, violation(list, `and ${text} differ; send one of them, or both alike`)],
  }
}

function sameWords(left: readonly string[], right: readonly string[]): boolean {
  return left.every((word) => right.includes(word)) && right.every((word) => left.includes(word))
}

function readClass({ body, violations }: Reading, name: string, { member, means }: DialectClass): Reading {
  const { [name]: value, ...others } = body
  if (value === undefined || value === null || value === '') return { body: others, violations }
  const refused = (reason: string, kind?: 'unsupported'): Reading => ({
    body: others,
    violations: [
      ...violations,
      violation(name, reason, ...(kind === undefined ? [] : [{ kind, about: [String(value)] } as const])),
    ],
  })
  const meaning = typeof value === 'string' && Object.hasOwn(means, value) ? means[value] : undefined
  if (meaning === undefined) return refused(`must be ${oneOf(Object.keys(means))}, not ${echo(String(value))}`, 'unsupported')
  const said = others[member]
  if ('isNot' in meaning)
    return said === meaning.isNot ? refused(`contradicts ${member} ${meaning.isNot}`) : { body: others, violations }
  if (said === undefined || said === null || said === '') return { body: { ...others, [member]: meaning.is }, violations }
  return said === meaning.is
    ? { body: others, violations }
    : refused(`contradicts ${member}, which would have to be ${meaning.is}`)
}

async function readCertificate({ body, violations }: Reading, member: string): Promise<Reading> {
  const { [member]: pem, ...others } = body
  if (pem === undefined || pem === null || pem === '') return { body: others, violations }
  const key = typeof pem === 'string' ? await certificateKey(pem) : undefined
  if (key === undefined) {
    const reason = 'must be one certificate in PEM with an RSA, EC or Ed25519 key'
    return { body: others, violations: [...violations, violation(member, reason)] }
  }
  if (others['jwks_uri'] !== undefined && others['jwks_uri'] !== null) {
    return { body: others, violations: [...violations, violation(member, 'and jwks_uri exclude each other; send one of them')] }
  }
  return { body: { ...others, jwks: withKey(others['jwks'], key) }, violations }
}

/** What a client sends back that it was told has the key in both places. */
function withKey(jwks: JsonValue | undefined, key: JsonObject): JsonValue {
  const set = isJsonObject(jwks) ? jwks : {}
  const keys = Array.isArray(set['keys']) ? (set['keys'] as readonly JsonValue[]) : []
  const [certificate] = key['x5c'] as readonly string[]
  const isThere = keys.some((one) => isJsonObject(one) && Array.isArray(one['x5c']) && one['x5c'][0] === certificate)
  return isThere ? set : { ...set, keys: [...keys, key] }
}
