import type { JsonObject, JsonValue } from '../client.ts'
import type { EpochSeconds } from '../epoch-seconds.ts'
import { statementCharactersMax, textCharactersMax } from '../metadata/ceilings.ts'
import { echo } from '../metadata/echo.ts'
import { findMember, isServerMember, type Member, splitMemberName } from '../metadata/index.ts'
import { isTameJson, isWellFormedText } from '../metadata/json-shape.ts'
import { typeProblem } from '../metadata/read-member.ts'
import { parseUri } from '../metadata/uri-syntax.ts'
import type { Ports } from '../ports.ts'
import type { Realm } from '../realm.ts'
import { Refusal, refuseAll, type Violation } from '../refusal.ts'
import { bookkeepingClaims } from './bookkeeping-claims.ts'

/** A software statement that an administrator asks the realm to make, as a directory of software. */
export interface StatementOrder {
  readonly realm: Realm
  readonly actor: string
  /** Client metadata, and whatever else the directory knows of the software. */
  readonly claims: JsonObject
  readonly lifetimeSeconds?: number
  /** Whom it is for: issuers of those who will read it. Absent: for everybody. */
  readonly audience?: readonly string[]
  /** One of the realm's signing algorithms; absent: the first. */
  readonly alg?: string
}

export interface IssuedStatement {
  readonly software_statement: string
  readonly issuer: string
  readonly alg: string
  readonly jti: string
  readonly issuedAt: EpochSeconds
  readonly expiresAt: EpochSeconds
}

const secondsOfADay = 86_400

/**
 * RFC 7591 §2.3 from the other side: signed with the realm's own key, so that whoever trusts its JWKS can admit the software.
 * What no reader could make sense of is refused; what the software may register is the reader's to decide.
 * @throws Refusal whose members are paths into the order.
 */
export async function issueSoftwareStatement(
  {
    realm,
    actor,
    claims,
    lifetimeSeconds = secondsOfADay,
    audience = [],
    alg = realm.tokens.signingAlgorithms[0],
  }: StatementOrder,
  { statementSigner, store, entropy, now: clock }: Pick<Ports, 'statementSigner' | 'store' | 'entropy' | 'now'>,
): Promise<IssuedStatement> {
  const algorithms = realm.tokens.signingAlgorithms
  if (alg === undefined || !algorithms.includes(alg)) {
    throw new Refusal('invalid_client_metadata', `alg must be one of ${algorithms.join(', ')}`, { member: 'alg' })
  }
  refuseAll(claimProblems(claims))
  const now = clock()
  const [jti, expiresAt] = [entropy.id(), now + lifetimeSeconds]
  const aud = audience.length > 1 ? audience : audience[0]
  const own = { iss: realm.issuer, iat: now, exp: expiresAt, jti, ...(aud === undefined ? {} : { aud }) }
  const statement = await statementSigner.sign(realm, { ...claims, ...own }, alg)
  if (statement.length > statementCharactersMax) throw tooLarge()
  const { software_id: softwareId = null, software_version: softwareVersion = null } = claims
  const details = { jti, alg, expiresAt, audience, softwareId, softwareVersion, claims: Object.keys(claims) }
  await store.commit({
    ...{ realm: realm.name, at: now },
    event: { realm: realm.name, type: 'software-statement.issued', at: now, actor, details },
  })
  return { software_statement: statement, issuer: realm.issuer, alg, jti, issuedAt: now, expiresAt }
}

function claimProblems(claims: JsonObject): readonly Violation[] {
  const entries = Object.entries(claims)
  if (entries.length === 0)
    return [{ code: 'invalid_client_metadata', member: 'claims', reason: 'claims must hold what is attested' }]
  return entries.flatMap(([name, value]) => {
    const problem = claimProblem(name, value)
    if (problem === undefined) return []
    return [{ code: 'invalid_client_metadata', member: `claims/${name}`, reason: `${echo(name)} ${problem}` } as const]
  })
}

function claimProblem(name: string, value: JsonValue): string | undefined {
  if (name === '' || name.length > textCharactersMax || !isWellFormedText(name)) return 'is no name of a claim'
  if (bookkeepingClaims.includes(name)) return 'is set by the server, or says who a person is; leave it out'
  if (isServerMember(name) || name === 'software_statement') return 'cannot be attested; leave it out'
  if (value === null || value === '') return 'says nothing; leave it out'
  const member = findMember(splitMemberName(name).base)
  if (member === undefined) return isTameJson(value) ? undefined : 'must be small and shallow, without control characters'
  return typeProblem(member.type, value) ?? addressProblem(member.type, value)
}

/** Which addresses a client can have is for the reader to say; that they are some is not. */
function addressProblem(type: Member['type'], value: JsonValue): string | undefined {
  if (type !== 'uri' && type !== 'uri-array') return undefined
  const uris: readonly JsonValue[] = Array.isArray(value) ? value : [value]
  return uris.map((uri) => parseUri(String(uri))).find((parsed) => typeof parsed === 'string')
}

function tooLarge(): Refusal {
  const reason = `claims must be so few that the signed statement has at most ${statementCharactersMax} characters`
  return new Refusal('invalid_client_metadata', reason, { member: 'claims' })
}
