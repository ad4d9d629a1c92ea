import type { JsonObject, JsonValue } from '../client.ts'
import type { EpochSeconds } from '../epoch-seconds.ts'
import { textCharactersMax } from '../metadata/ceilings.ts'
import { isWellFormedText } from '../metadata/json-shape.ts'
import type { Realm } from '../realm.ts'
import { checkAudience } from '../software-statement/check-audience.ts'
import { checkTimes } from '../software-statement/check-times.ts'
import { type CompactJws, readCompactJws } from '../software-statement/compact-jws.ts'
import { type JwtSubject, jwtRefusal } from '../software-statement/jwt-subject.ts'
import { readJti } from '../software-statement/read-jti.ts'
import { findSigner } from '../software-statement/verify-signature.ts'
import type { AssertionIssuer, AssertionUse } from './assertion-parties.ts'

/** What is asked of an assertion, and called so to whom it is refused: a parameter of the token endpoint. */
export interface AssertionDemand {
  readonly name: string
  readonly use: AssertionUse
  /** Values of `aud`, besides those of the issuer's entry. */
  readonly audiences: readonly string[]
  /** `aud` is one of `audiences` and names nobody else, whatever the entry has (ID-JAG, Processing Rules). */
  readonly exactAudience?: boolean
  readonly jti: 'optional' | 'required'
  readonly issuedAt?: 'required'
}

export interface VerifiedAssertion {
  readonly issuer: AssertionIssuer
  readonly use: AssertionUse
  readonly claims: JsonObject
  readonly sub: string
  readonly exp: EpochSeconds
  readonly jti: string | undefined
}

const subjectOf = (name: string): JwtSubject => ({ name, code: 'invalid_token' })

/** A JWT that nobody has verified: whose it claims to be, and what sort it says it is (RFC 8725 §3.11). @throws Refusal */
export function readAssertion(value: string, name: string): CompactJws & { readonly typ: string | undefined } {
  const jws = readCompactJws(value, subjectOf(name))
  const { typ } = jws.header
  if (typ !== undefined && typeof typ !== 'string') throw jwtRefusal(subjectOf(name), 'must have a typ that is a string, or none')
  return { ...jws, typ: typ?.toLowerCase().replace(/^application\//, '') }
}

/**
 * RFC 7521 §5.2, RFC 7523 §3: whose it is, its signature, its time, whom it is for and whom it speaks about; in that order, so that
 * nothing is fetched for an unknown issuer and nothing is told about what nobody signed. `keysOf`: the keys of the entry's issuer.
 * @throws Refusal
 */
export async function verifyAssertion(
  jws: CompactJws,
  demand: AssertionDemand,
  { realm, now }: { readonly realm: Realm; readonly now: EpochSeconds },
  keysOf: (issuer: AssertionIssuer) => Promise<JsonObject>,
): Promise<VerifiedAssertion> {
  const subject = subjectOf(demand.name)
  const issuer = findIssuer(jws, realm, demand)
  await checkSignature(jws, issuer, subject, keysOf)
  const { claims } = jws
  const { exp = 0, iat } = checkTimes(claims, { ...issuer, requireExpiry: true }, subject, now)
  if (iat === undefined && demand.issuedAt === 'required')
    throw jwtRefusal(subject, 'must have an iat, the time when it was issued')
  if (exp > now + issuer.lifetimeMaxSeconds + issuer.clockSkewSeconds) {
    throw jwtRefusal(subject, `must expire within ${issuer.lifetimeMaxSeconds} seconds`)
  }
  checkWhoIsMeant(claims, issuer, demand)
  const jti = readJti(claims, demand.jti === 'required', subject)
  checkRequiredClaims(claims, issuer, subject)
  return { issuer, use: demand.use, claims, sub: readSubject(claims, subject), exp, jti }
}

/** EXT-JAG-02: no trust, no fetch. */
function findIssuer(
  { claims: { iss } }: CompactJws,
  { assertionIssuers }: Realm,
  { name, use }: AssertionDemand,
): AssertionIssuer {
  const issuer = assertionIssuers.find((known) => known.issuer === iss)
  if (issuer?.uses.includes(use)) return issuer
  const internal = `iss=${String(iss).slice(0, 200)} use=${use}`
  throw jwtRefusal(subjectOf(name), `is from an issuer that this realm does not trust for ${nameOfUse[use]}`, { internal })
}

const nameOfUse: Readonly<Record<AssertionUse, string>> = {
  'token-exchange': 'token exchange',
  'jwt-bearer': 'the JWT bearer grant',
  'id-jag': 'identity assertions',
}

/** Only the entry decides which key and which algorithm verify: nothing in the header can add to it (RFC 8725 §3.1, §3.10). */
async function checkSignature(
  jws: CompactJws,
  issuer: AssertionIssuer,
  subject: JwtSubject,
  keysOf: (issuer: AssertionIssuer) => Promise<JsonObject>,
): Promise<void> {
  const isListed = issuer.algorithms.includes(jws.alg)
  const signer = isListed ? await findSigner(jws, await keysOf(issuer)) : undefined
  if (signer !== undefined) return
  // One text, whatever is wrong: a forger learns nothing from it.
  throw jwtRefusal(subject, 'is not signed by its issuer, with a key and an algorithm that this realm expects of it', {
    internal: `alg=${jws.alg} kid=${jws.kid} issuer=${issuer.id}`,
  })
}

function checkWhoIsMeant(claims: JsonObject, issuer: AssertionIssuer, demand: AssertionDemand): void {
  const subject = subjectOf(demand.name)
  const { aud } = claims
  if (demand.exactAudience === true) {
    const single = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud
    if (typeof single === 'string' && demand.audiences.includes(single)) return
    throw jwtRefusal(subject, `must have ${demand.audiences.join(' or ')} as its aud, and nothing else`)
  }
  checkAudience(claims, { accepted: [...demand.audiences, ...issuer.audiences], required: true }, subject)
}

/** A tenant is part of a subject's name: without a word about it, one tenant could speak for the people of another. */
function checkRequiredClaims(claims: JsonObject, { requiredClaims }: AssertionIssuer, subject: JwtSubject): void {
  if (claims['tenant'] !== undefined && requiredClaims['tenant'] === undefined) {
    throw jwtRefusal(subject, 'is of a tenant, and this realm expects none')
  }
  for (const [name, accepted] of Object.entries(requiredClaims)) {
    const values: readonly JsonValue[] = [claims[name] ?? []].flat() as readonly JsonValue[]
    if (!values.some((value) => accepted.includes(String(value)))) {
      throw jwtRefusal(subject, `must have the claim ${name} with a value that this realm expects`)
    }
  }
}

/** RFC 7523 §3, item 2. */
function readSubject({ sub }: JsonObject, subject: JwtSubject): string {
  if (typeof sub === 'string' && sub !== '' && sub.length <= textCharactersMax && isWellFormedText(sub)) return sub
  throw jwtRefusal(subject, `must have a sub that is a string of 1 to ${textCharactersMax} characters`)
}
