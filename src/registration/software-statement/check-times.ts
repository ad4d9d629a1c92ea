import type { JsonObject } from '../client.ts'
import type { EpochSeconds } from '../epoch-seconds.ts'
import { type JwtSubject, jwtRefusal } from './jwt-subject.ts'

export interface TimeRules {
  readonly clockSkewSeconds: number
  readonly requireExpiry: boolean
  /** Since `iat`, which has to be there then. */
  readonly maxAgeSeconds?: number
}

export interface JwtTimes {
  readonly exp: EpochSeconds | undefined
  readonly nbf: EpochSeconds | undefined
  readonly iat: EpochSeconds | undefined
}

/** The last second of the year 9999: what comes later is a slip, and no database has room for it. */
export const latestTime: EpochSeconds = 253_402_300_799

/** RFC 7519 §4.1.4 to §4.1.6, each bound with the clocks' difference that is allowed; an age is exact. @throws Refusal */
export function checkTimes(claims: JsonObject, rules: TimeRules, subject: JwtSubject, now: EpochSeconds): JwtTimes {
  const times = {
    exp: readTime(claims, 'exp', subject),
    nbf: readTime(claims, 'nbf', subject),
    iat: readTime(claims, 'iat', subject),
  }
  const problem = spanProblem(times, rules, now) ?? ageProblem(times.iat, rules, now)
  if (problem === undefined) return times
  throw jwtRefusal(subject, problem, { internal: `exp=${times.exp} nbf=${times.nbf} iat=${times.iat} now=${now}` })
}

function spanProblem({ exp, nbf }: JwtTimes, rules: TimeRules, now: EpochSeconds): string | undefined {
  const { clockSkewSeconds: skew, requireExpiry } = rules
  if (exp === undefined && requireExpiry) return 'must have an exp, the time when it expires'
  if (exp !== undefined && exp <= now - skew) return 'has expired; get a new one'
  return nbf !== undefined && nbf > now + skew ? 'is not valid yet; its nbf lies in the future' : undefined
}

function ageProblem(iat: EpochSeconds | undefined, rules: TimeRules, now: EpochSeconds): string | undefined {
  const { clockSkewSeconds: skew, maxAgeSeconds: maxAge } = rules
  if (iat === undefined) return maxAge === undefined ? undefined : 'must have an iat, the time when it was issued'
  if (iat > now + skew) return 'has an iat in the future; the clocks must agree'
  return maxAge !== undefined && iat < now - maxAge ? `must be at most ${maxAge} seconds old; get a new one` : undefined
}

function readTime(claims: JsonObject, name: string, subject: JwtSubject): EpochSeconds | undefined {
  const value = claims[name]
  if (value === undefined) return undefined
  if (typeof value === 'number' && value >= 0 && value <= latestTime) return value
  throw jwtRefusal(subject, `must have an ${name} that is a number of seconds since 1970, or none`)
}
