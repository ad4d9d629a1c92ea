import { calculateJwkThumbprintUri } from 'jose'
import type { ClientStatement, JsonObject } from '../client.ts'
import type { EpochSeconds } from '../epoch-seconds.ts'
import type { Ports, UsedIdentifier } from '../ports.ts'
import type { Realm } from '../realm.ts'
import { Refusal } from '../refusal.ts'
import type { SignedRequestSettings } from '../registration-settings.ts'
import { withoutBookkeeping } from './bookkeeping-claims.ts'
import { checkAudience } from './check-audience.ts'
import { checkTimes } from './check-times.ts'
import { type CompactJws, readCompactJws, requestCharactersMax } from './compact-jws.ts'
import { findClaim } from './find-claim.ts'
import { isRevoked } from './is-revoked.ts'
import { jwtRefusal, requestSubject } from './jwt-subject.ts'
import { readJti } from './read-jti.ts'
import { findSigner, publicPart } from './verify-signature.ts'

export interface SignedRequestContext {
  readonly realm: Realm
  /** The statement of the request, verified, or the one that the client was registered with. */
  readonly statement: Pick<ClientStatement, 'metadata' | 'claims'>
  readonly settings: SignedRequestSettings
}

export interface VerifiedRequest {
  /** The claims that are client metadata. */
  readonly body: JsonObject
  readonly use: readonly UsedIdentifier[]
}

/** What a signed request says, believed by nobody: only to find the software statement, whose keys verify it. @throws Refusal */
export function decodeSignedRequest(jwt: string): JsonObject {
  return withoutBookkeeping(readCompactJws(jwt, requestSubject, requestCharactersMax).claims)
}

/**
 * A registration request that the software itself has signed: with a key that its statement names and no other, then its claims
 * (SSP-13, SSP-14). Nothing in its header can name a key (OBUK-EP-08).
 * @throws Refusal
 */
export async function verifySignedRequest(
  jwt: string,
  { realm, statement, settings }: SignedRequestContext,
  ports: Pick<Ports, 'statementKeys' | 'now'>,
): Promise<VerifiedRequest> {
  const jws = readCompactJws(jwt, requestSubject, requestCharactersMax)
  checkHeader(jws, settings)
  const signer = await requireSigner(jws, { realm, statement, settings }, ports)
  const times = checkLifetime(jws, settings, ports.now())
  checkIssuer(jws, statement, settings)
  const accepted = [realm.issuer, ...settings.audiences]
  checkAudience(jws.claims, { accepted, required: settings.audienceRequired }, requestSubject)
  const jti = checkJti(jws, settings)
  const issuer = await calculateJwkThumbprintUri(publicPart(signer))
  const until = Math.ceil(times.exp) + settings.clockSkewSeconds + 1
  // Whoever signs may call himself as he likes, so that what was used is counted by his key.
  const used: readonly UsedIdentifier[] = jti === undefined ? [] : [{ kind: 'request', issuer, jti, until }]
  return { body: withoutBookkeeping(jws.claims), use: settings.jti === 'single-use' ? used : [] }
}

/** A JWT that was made for something else, such as an access token, says so (RFC 8725 §3.11). */
const acceptedTypes: readonly (string | undefined)[] = [undefined, 'jwt', 'jose']

function checkHeader({ alg, header: { typ } }: CompactJws, { algorithms }: SignedRequestSettings): void {
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined
  if ((typ !== undefined && type === undefined) || !acceptedTypes.includes(type)) {
    throw jwtRefusal(requestSubject, 'must have the typ JWT in its header, or none')
  }
  if (!algorithms.includes(alg) || alg === 'none' || alg.startsWith('HS')) {
    throw jwtRefusal(requestSubject, `must be signed with one of ${algorithms.join(', ')}`)
  }
}

async function requireSigner(
  jws: CompactJws,
  { realm, statement: { metadata, claims }, settings }: SignedRequestContext,
  { statementKeys }: Pick<Ports, 'statementKeys'>,
): Promise<JsonObject> {
  const { jwks_uri: jwksUri, jwks } = metadata
  if (jwksUri === undefined && jwks === undefined) {
    throw new Refusal(
      'invalid_software_statement',
      'software_statement must name jwks_uri or jwks, whose keys sign the request',
      {
        member: 'software_statement',
      },
    )
  }
  const keys = jwks ?? (jwksUri === undefined ? {} : await statementKeys.fetch(realm, jwksUri, jws.kid))
  const signer = await findSigner(jws, keys)
  if (signer === undefined) throw notTheirs(`no key of the statement fits and verifies; kid=${jws.kid}`)
  const revokedUri = settings.revokedKeysClaim === undefined ? undefined : findClaim(claims, settings.revokedKeysClaim)
  if (typeof revokedUri === 'string' && (await isRevoked(signer, await statementKeys.fetch(realm, revokedUri)))) {
    throw notTheirs(`the key is among the revoked ones; kid=${jws.kid}`)
  }
  return signer
}

function notTheirs(internal: string): Refusal {
  return jwtRefusal(requestSubject, 'must be signed with a key that its software statement names and that is not revoked', {
    internal,
  })
}

function checkLifetime(
  { claims }: CompactJws,
  settings: SignedRequestSettings,
  now: EpochSeconds,
): { readonly exp: EpochSeconds } {
  const { clockSkewSeconds, lifetimeSecondsMax } = settings
  const { exp, iat } = checkTimes(claims, { clockSkewSeconds, requireExpiry: true }, requestSubject, now)
  if (iat === undefined) throw jwtRefusal(requestSubject, 'must have an iat, the time when it was issued')
  if (exp === undefined || exp <= iat || exp - iat > lifetimeSecondsMax) {
    throw jwtRefusal(requestSubject, `must have an exp at most ${lifetimeSecondsMax} seconds after its iat`)
  }
  return { exp }
}

function checkIssuer(
  { claims: { iss } }: CompactJws,
  { claims, metadata }: SignedRequestContext['statement'],
  { issuerClaim }: SignedRequestSettings,
): void {
  if (issuerClaim === undefined) return
  const expected = findClaim(claims, issuerClaim) ?? metadata[issuerClaim]
  if (typeof iss === 'string' && iss !== '' && iss === expected) return
  throw jwtRefusal(requestSubject, `must have an iss that is the ${issuerClaim} of its software statement`)
}

/** RFC 9562 §5.4, in whichever case (OBUK-RQ-05). */
const uuidOfVersion4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i

function checkJti({ claims }: CompactJws, { jti: rule, jtiFormat }: SignedRequestSettings): string | undefined {
  const jti = readJti(claims, rule !== 'optional', requestSubject)
  if (jti !== undefined && jtiFormat === 'uuid' && !uuidOfVersion4.test(jti)) {
    throw jwtRefusal(requestSubject, 'must have a jti that is a UUID of version 4')
  }
  return jti
}
