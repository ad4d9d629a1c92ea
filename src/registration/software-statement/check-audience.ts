import type { JsonObject } from '../client.ts'
import { type JwtSubject, jwtRefusal } from './jwt-subject.ts'

interface AudienceRule {
  readonly accepted: readonly string[]
  readonly required: boolean
}

/** RFC 7519 §4.1.3: whoever is not named by an `aud` that is there must not accept the JWT. @throws Refusal */
export function checkAudience({ aud }: JsonObject, { accepted, required }: AudienceRule, subject: JwtSubject): void {
  const expected = `aud must be one of ${accepted.join(', ')}`
  if (aud === undefined) {
    if (required) throw jwtRefusal(subject, `must say whom it is for: its ${expected}`)
    return
  }
  const named = Array.isArray(aud) ? aud : [aud]
  if (!named.some((name) => typeof name === 'string' && accepted.includes(name))) {
    throw jwtRefusal(subject, `is for somebody else: its ${expected}`)
  }
}
