import type { JsonObject } from '../client.ts'
import { textCharactersMax } from '../metadata/ceilings.ts'
import { isWellFormedText } from '../metadata/json-shape.ts'
import { type JwtSubject, jwtRefusal } from './jwt-subject.ts'

/** @throws Refusal where one is required and missing, or is no identifier (RFC 7519 §4.1.7). */
export function readJti({ jti }: JsonObject, required: boolean, subject: JwtSubject): string | undefined {
  if (jti === undefined) {
    if (required) throw jwtRefusal(subject, 'must have a jti, an identifier that is used once')
    return undefined
  }
  if (typeof jti === 'string' && jti !== '' && jti.length <= textCharactersMax && isWellFormedText(jti)) return jti
  throw jwtRefusal(subject, `must have a jti that is a string of 1 to ${textCharactersMax} characters`)
}
