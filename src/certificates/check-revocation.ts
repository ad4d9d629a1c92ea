import { constants, verify } from 'node:crypto'
import type { EpochSeconds } from '../registration/index.ts'
import type { ParsedCertificate } from './parse-certificate.ts'
import type { RevocationList } from './parse-revocation-list.ts'

/** A list, and the trusted CA that an administrator gave it with. */
export interface GivenList {
  readonly list: RevocationList
  readonly owner: ParsedCertificate
}

/**
 * RFC 5280 §6.3, with the lists that administrators gave. An issuer without any revokes nothing; one whose lists are all out of
 * date or not its own vouches for nobody, since what it has revoked since is unknown.
 */
export function checkRevocation(
  certificate: ParsedCertificate,
  issuer: ParsedCertificate,
  given: readonly GivenList[],
  at: EpochSeconds,
): string | undefined {
  const relevant = given.filter((one) => isAbout(one, certificate, issuer)).map(({ list }) => list)
  if (relevant.length === 0) return undefined
  const genuine = relevant.filter((list) => isSignedBy(list, issuer))
  if (genuine.length === 0) return 'cannot be believed, since the revocation list of its issuer is not signed by it'
  const current = genuine.filter(({ thisUpdate, nextUpdate }) => thisUpdate <= at && at < nextUpdate)
  if (current.length === 0) return 'cannot be believed, since the revocation list of its issuer is out of date'
  return current.some(({ serialNumbers }) => serialNumbers.has(certificate.serialNumber)) ? 'is revoked' : undefined
}

/** Another authority may have the same name. A list that is signed by its owner and not by this issuer is about the other's certificates. */
function isAbout({ list, owner }: GivenList, certificate: ParsedCertificate, issuer: ParsedCertificate): boolean {
  const covered = certificate.isCa ? 'authorities' : 'others'
  if (list.issuerKey !== issuer.subjectKey || !['all', covered].includes(list.covers)) return false
  return isSignedBy(list, issuer) || !isSignedBy(list, owner)
}

/** Each list is verified once per key: it may be long. */
const verdicts = new WeakMap<RevocationList, Map<string, boolean>>()

export function isSignedBy(list: RevocationList, issuer: ParsedCertificate): boolean {
  const known = verdicts.get(list) ?? new Map<string, boolean>()
  verdicts.set(list, known)
  const verdict = known.get(issuer.fingerprint) ?? verifyList(list, issuer)
  known.set(issuer.fingerprint, verdict)
  return verdict
}

function verifyList({ toBeSigned, signature, signatureAlgorithm }: RevocationList, issuer: ParsedCertificate): boolean {
  const { isStrong, hash, isPss } = signatureAlgorithm
  if (!isStrong || issuer.keyFlaw !== undefined || issuer.keyUsage?.crlSigning === false) return false
  const padding = isPss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO } : {}
  try {
    return verify(hash, toBeSigned, { key: issuer.publicKey, ...padding }, signature)
  } catch {
    // A key of another kind than the algorithm.
    return false
  }
}
