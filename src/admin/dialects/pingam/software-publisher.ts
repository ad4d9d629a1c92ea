import type { JsonObject, JsonValue } from '../../../registration/index.ts'
import type { ManagedObject } from '../../ports.ts'
import { Problem } from '../../problem.ts'

/** A statement issuer as PingAM writes one; each attribute may stand in `{ inherited, value }`. */
export function readPublisher(written: JsonObject, previous: JsonObject | undefined): JsonObject {
  const given = Object.fromEntries(Object.entries(written).map(([name, value]) => [name, unwrapped(value)]))
  const algorithm = given['softwareStatementSigningAlgorithm'] ?? firstOf(previous?.['algorithms']) ?? 'RS256'
  return {
    ...previous,
    ...(given['issuer'] === undefined ? {} : { issuer: given['issuer'] }),
    algorithms: [algorithm],
    keys: keysOf(given, String(algorithm), previous?.['keys'] as JsonObject | undefined),
  }
}

/** What of the request means nothing here, apart from what only says how it is stored there. */
export function ignoredAttributes(written: JsonObject): readonly string[] {
  return Object.keys(written).filter((name) => !name.startsWith('_') && !known.has(name))
}

const known = new Set([
  'issuer',
  'softwareStatementSigningAlgorithm',
  'publicKeyLocation',
  'jwksUri',
  'jwkSet',
  'userpassword',
  'agentgroup',
])

/** The secret is never shown. */
export function presentPublisher({ id, definition }: ManagedObject): JsonObject {
  const keys = definition['keys'] as JsonObject
  const attributes = {
    issuer: definition['issuer'] ?? '',
    softwareStatementSigningAlgorithm: firstOf(definition['algorithms']) ?? '',
    ...(keys['kind'] === 'jwks-uri' ? { publicKeyLocation: 'jwks_uri', jwksUri: keys['jwksUri'] ?? '' } : {}),
    ...(keys['kind'] === 'jwks' ? { publicKeyLocation: 'jwks', jwkSet: JSON.stringify(keys['jwks']) } : {}),
  }
  const wrapped = Object.entries(attributes).map(([name, value]) => [name, { inherited: false, value }])
  return {
    _id: id,
    _type: { _id: 'SoftwarePublisher', name: 'OAuth2 Software Publisher', collection: true },
    ...Object.fromEntries(wrapped),
  }
}

type Given = Readonly<Record<string, JsonValue | undefined>>

/** Which keys count is the algorithm's to say: the secret for HS*, else those that the location names. */
function keysOf(given: Given, algorithm: string, previous: JsonObject | undefined): JsonObject {
  return algorithm.startsWith('HS') ? secretOf(given, algorithm, previous) : publicKeysOf(given, previous)
}

function secretOf({ userpassword: secret }: Given, algorithm: string, previous: JsonObject | undefined): JsonObject {
  if (typeof secret === 'string' && secret !== '') return { kind: 'secret', secret }
  if (previous?.['kind'] === 'secret') return { kind: 'secret' }
  throw missing('userpassword', `must hold the secret that ${algorithm} signs with`)
}

function publicKeysOf({ publicKeyLocation: location, jwksUri, jwkSet }: Given, previous: JsonObject | undefined): JsonObject {
  if (location === 'jwks' || (location === undefined && typeof jwkSet === 'string')) {
    return { kind: 'jwks', jwks: readJwks(jwkSet) }
  }
  if (typeof jwksUri === 'string' && jwksUri !== '') return { kind: 'jwks-uri', jwksUri }
  if (location === undefined && previous !== undefined && previous['kind'] !== 'secret') return previous
  throw missing('jwksUri', 'must hold the URL of the JWK Set, unless publicKeyLocation is jwks and jwkSet holds the set')
}

/** There, it is text; JSON does as well. */
function readJwks(value: JsonValue | undefined): JsonValue {
  if (typeof value === 'object' && value !== null) return value
  try {
    if (typeof value === 'string') return JSON.parse(value) as JsonValue
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
  }
  throw missing('jwkSet', 'must hold a JWK Set, as JSON or as a text of JSON')
}

function missing(name: string, message: string): Problem {
  const errors = [{ pointer: `/${name}`, code: 'invalid_value', message }]
  return new Problem(400, 'invalid_request', 'the body is not as it should be; see errors', { errors })
}

function unwrapped(value: JsonValue): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const wrapper = value as JsonObject
  return Object.hasOwn(wrapper, 'inherited') || Object.hasOwn(wrapper, 'value') ? wrapper['value'] : value
}

function firstOf(values: JsonValue | undefined): string | undefined {
  return Array.isArray(values) && typeof values[0] === 'string' ? values[0] : undefined
}
