import type { ClientMetadata, ClientStatement, JsonObject, JsonValue } from '../client.ts'
import type { EpochSeconds } from '../epoch-seconds.ts'
import type { Ports, UsedIdentifier } from '../ports.ts'
import type { Realm, StatementIssuer } from '../realm.ts'
import { Refusal } from '../refusal.ts'
import { withoutBookkeeping } from './bookkeeping-claims.ts'
import { checkAudience } from './check-audience.ts'
import { checkClaims } from './check-claims.ts'
import { checkIssuerSignature } from './check-issuer-signature.ts'
import { checkTimes, type JwtTimes, latestTime } from './check-times.ts'
import { type CompactJws, readCompactJws } from './compact-jws.ts'
import { jwtRefusal, statementSubject } from './jwt-subject.ts'
import { mapClaims } from './map-claims.ts'
import { readEchoed } from './read-echoed.ts'
import { readJti } from './read-jti.ts'
import { statementProblems } from './statement-problems.ts'

/** A software statement that somebody whom the realm believes has made, with what follows from it (RFC 7591 §2.3). */
export interface VerifiedStatement {
  readonly issuer: StatementIssuer
  readonly alg: string
  readonly kid?: string
  /** Every claim but the bookkeeping ones. */
  readonly claims: JsonObject
  /** The members of client metadata that it attests. */
  readonly metadata: ClientMetadata
  /** What the commit has to use up, where a statement admits one client. */
  readonly use: readonly UsedIdentifier[]
  readonly clientStatement: ClientStatement
}

/**
 * Whose it is, its signature, its time, its claims; in that order, so that nothing is fetched for an unknown issuer and nothing
 * is told about what nobody signed.
 * @throws Refusal `invalid_software_statement`, or `unapproved_software_statement` where only the approval is missing.
 */
export async function verifySoftwareStatement(
  statement: JsonValue,
  realm: Realm,
  ports: Pick<Ports, 'statementKeys' | 'certificates' | 'vault' | 'now'>,
): Promise<VerifiedStatement> {
  const jws = readCompactJws(statement, statementSubject)
  const issuer = findIssuer(jws, realm)
  await checkIssuerSignature(jws, issuer, realm, ports)
  const now = ports.now()
  checkType(jws, issuer)
  const times = checkTimes(jws.claims, issuer, statementSubject, now)
  const accepted = [realm.issuer, ...issuer.audiences]
  if (issuer.audience !== 'ignored') {
    checkAudience(jws.claims, { accepted, required: issuer.audience === 'required' }, statementSubject)
  }
  const jti = readJti(jws.claims, issuer.replay === 'refused', statementSubject)
  checkClaims(jws.claims, issuer, realm.registration.softwareStatements.requiredClaims)
  const claims = withoutBookkeeping(jws.claims)
  const metadata = mapClaims(jws.claims, issuer, realm)
  const kid = jws.kid === undefined ? {} : { kid: jws.kid }
  return {
    ...{ issuer, alg: jws.alg, ...kid, claims, metadata },
    use: issuer.replay === 'refused' && jti !== undefined ? [usedUp(jti, issuer, times)] : [],
    clientStatement: {
      ...{ issuerId: issuer.id, issuer: issuer.issuer, ...kid, claims, metadata, verifiedAt: now },
      ...(jti === undefined ? {} : { jti }),
      digest: ports.vault.digest(jws.text),
      echoed: readEchoed(claims, issuer),
    },
  }
}

/** RFC 7591 §3.2.2 tells a statement that is none from one whose issuer is not believed here (DCR-SS-10). */
function findIssuer({ alg, claims: { iss } }: CompactJws, { statementIssuers }: Realm): StatementIssuer {
  const issuer = statementIssuers.find((known) => known.issuer === iss)
  if (issuer !== undefined) return issuer
  const member = 'software_statement'
  if (typeof iss !== 'string' || iss === '' || alg === 'none') {
    throw new Refusal('invalid_software_statement', statementProblems.notSigned, { member })
  }
  throw new Refusal('unapproved_software_statement', 'the issuer of software_statement is not trusted; register without one', {
    member,
    internal: `iss=${iss.slice(0, 200)}`,
  })
}

function checkType({ header: { typ } }: CompactJws, { type }: StatementIssuer): void {
  if (type === undefined) return
  const isRight = typeof typ === 'string' && typ.toLowerCase().replace(/^application\//, '') === type.toLowerCase()
  if (!isRight) throw jwtRefusal(statementSubject, `must have the typ ${type} in its header`)
}

/** Kept until its age alone refuses it; a statement that never ages is kept for good. */
function usedUp(jti: string, issuer: StatementIssuer, { exp, iat }: JwtTimes): UsedIdentifier {
  const { clockSkewSeconds: skew, maxAgeSeconds: maxAge } = issuer
  const ends = [
    ...(exp === undefined ? [] : [Math.ceil(exp) + skew]),
    ...(iat === undefined || maxAge === undefined ? [] : [Math.ceil(iat) + maxAge]),
  ]
  const until: EpochSeconds = Math.min(latestTime, ...ends.map((end) => end + 1))
  return { kind: 'statement', issuer: issuer.issuer, jti, until }
}
