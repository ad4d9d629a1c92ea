import { base64url } from 'jose'
import type { JsonObject, JsonValue } from '../client.ts'
import { statementCharactersMax, textCharactersMax } from '../metadata/ceilings.ts'
import { isJsonObject, isWellFormedText } from '../metadata/json-shape.ts'
import { Refusal } from '../refusal.ts'
import { parseStrictJson } from '../strict-json.ts'
import { type JwtSubject, jwtRefusal } from './jwt-subject.ts'

/** A JWT that nobody has verified: to find out whose it claims to be, and no more. */
export interface CompactJws {
  readonly text: string
  readonly alg: string
  readonly kid?: string
  readonly header: JsonObject
  readonly claims: JsonObject
  readonly hasSignature: boolean
}

/** A signed request holds a statement, in base64url once more, and metadata besides. */
export const requestCharactersMax = 2 * statementCharactersMax

/**
 * Reads a JWS in compact serialisation (RFC 7515 §7.1) whose payload is a JSON object. What two readers could understand in two
 * ways is refused: member names given twice, extensions of the signature (`crit`, `b64`), and a JWT within a JWT.
 * @throws Refusal
 */
export function readCompactJws(text: JsonValue, subject: JwtSubject, charactersMax = statementCharactersMax): CompactJws {
  if (typeof text !== 'string') throw jwtRefusal(subject, notSigned)
  if (text.length > charactersMax) throw jwtRefusal(subject, `must be a JWT of at most ${charactersMax} characters`)
  const parts = compactForm.exec(text)
  if (parts === null) throw jwtRefusal(subject, notSigned)
  const header = readPart(parts[1] ?? '', 'header', subject)
  const { alg, kid } = header
  if (typeof alg !== 'string' || alg === '') throw jwtRefusal(subject, notSigned)
  checkHeader(header, subject)
  const claims = readPart(parts[2] ?? '', 'payload', subject)
  return { text, alg, header, claims, hasSignature: parts[3] !== '', ...(typeof kid === 'string' ? { kid } : {}) }
}

const compactForm = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/
const notSigned = 'must be a signed JWT in compact form with an iss claim'

function readPart(part: string, name: string, subject: JwtSubject): JsonObject {
  try {
    const value = parseStrictJson(base64url.decode(part))
    if (isJsonObject(value) && !holdsNul(value)) return value
  } catch (cause) {
    const internal = cause instanceof Refusal ? cause.message : String(cause)
    throw jwtRefusal(subject, `must be a JWT with a JSON object as its ${name}, each member given once`, { internal, cause })
  }
  throw jwtRefusal(subject, `must be a JWT with a JSON object as its ${name}, without NUL characters`)
}

function checkHeader(header: JsonObject, subject: JwtSubject): void {
  const { crit, b64, cty, kid } = header
  if (crit !== undefined || b64 !== undefined) throw jwtRefusal(subject, 'must be a JWT without crit and b64 in its header')
  // RFC 7519 §5.2: only a nested JWT has a content type.
  if (cty !== undefined) throw jwtRefusal(subject, 'must be a JWT that holds claims and no other JWT; leave cty out')
  const isName = typeof kid === 'string' && kid.length <= textCharactersMax && isWellFormedText(kid)
  if (kid !== undefined && !isName) {
    throw jwtRefusal(subject, `must have a kid that is a string of at most ${textCharactersMax} characters, or none`)
  }
}

// No database keeps them. The depth is bounded already, by whoever read the text.
function holdsNul(value: JsonValue): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, item]) => name.includes('\0') || holdsNul(item))
}
