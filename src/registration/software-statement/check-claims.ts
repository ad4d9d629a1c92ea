import type { JsonObject, JsonValue } from '../client.ts'
import { isJsonObject } from '../metadata/json-shape.ts'
import type { StatementIssuer } from '../realm.ts'
import { Refusal } from '../refusal.ts'
import { findClaim } from './find-claim.ts'
import { jwtRefusal, statementSubject } from './jwt-subject.ts'

type ClaimType = StatementIssuer['requiredClaims'][string]

/** What has to be in a statement, and what the software has to be to be approved of (SSP-10, SSP-12). @throws Refusal */
export function checkClaims(
  claims: JsonObject,
  { requiredClaims, statusChecks }: StatementIssuer,
  requiredOfAll: readonly string[],
): void {
  for (const [name, type] of Object.entries({ ...ofAnyType(requiredOfAll), ...requiredClaims })) {
    const value = findClaim(claims, name)
    if (isMissing(value) || !isOfType[type](value)) {
      throw jwtRefusal(statementSubject, `must have a claim ${name}${type === 'any' ? '' : `, ${wording[type]}`}`)
    }
  }
  for (const { claim, accepted } of statusChecks) {
    if (!isAccepted(findClaim(claims, claim), accepted)) {
      const reason = `the software is not approved here: ${claim} of its statement must be ${accepted.join(' or ')}`
      throw new Refusal('unapproved_software_statement', reason, { member: 'software_statement' })
    }
  }
}

function ofAnyType(names: readonly string[]): StatementIssuer['requiredClaims'] {
  return Object.fromEntries(names.map((name) => [name, 'any']))
}

const isOfType: Readonly<Record<ClaimType, (value: JsonValue) => boolean>> = {
  any: () => true,
  string: (value) => typeof value === 'string',
  array: Array.isArray,
  object: isJsonObject,
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
}

const wording: Readonly<Record<Exclude<ClaimType, 'any'>, string>> = {
  string: 'a string',
  array: 'an array',
  object: 'an object',
  number: 'a number',
  boolean: 'true or false',
}

/** As in metadata, `null` and the empty string say nothing (DCR-REQ-07). */
function isMissing(value: JsonValue | undefined): value is undefined | null | '' {
  return value === undefined || value === null || value === ''
}

/** Of several values each has to be accepted, and none is as bad as a wrong one. */
function isAccepted(value: JsonValue | undefined, accepted: readonly string[]): boolean {
  const values: readonly (JsonValue | undefined)[] = Array.isArray(value) ? value : [value]
  return values.length > 0 && values.every((one) => isPlain(one) && accepted.includes(String(one)))
}

function isPlain(value: JsonValue | undefined): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
