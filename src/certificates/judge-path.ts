import type { EpochSeconds } from '../registration/index.ts'
import { checkNameConstraints } from './check-name-constraints.ts'
import { checkRevocation, type GivenList } from './check-revocation.ts'
import type { ParsedCertificate } from './parse-certificate.ts'

/** From the leaf to a trusted certificate authority; each is signed by the next. */
export type Path = readonly [ParsedCertificate, ...ParsedCertificate[]]

/** `client`: at the TLS handshake. `signature`: of a signed JWT. */
export type Purpose = 'client' | 'signature'

/** What time does not change (RFC 5280 §6.1). */
export function judgePath(path: Path, purpose: Purpose): string | undefined {
  return firstProblem(path, (certificate, depth) => judgeLink(path, certificate, depth, purpose))
}

/** What holds at this time: every date, the trusted authority's included, and the revocation lists. */
export function judgeMoment(path: Path, lists: readonly GivenList[], at: EpochSeconds): string | undefined {
  return firstProblem(path, (certificate, depth) => {
    if (at < certificate.notBefore) return 'is not yet valid'
    if (at > certificate.notAfter) return 'has expired'
    const issuer = path[depth + 1]
    return issuer && checkRevocation(certificate, issuer, lists, at)
  })
}

const clientAuthentication = '1.3.6.1.5.5.7.3.2'
const anyPurpose = '2.5.29.37.0'

/** RFC 5280 §4.2.1.3: a key with a stated usage is for that alone. Signing documents is either of two usages. */
function judgeLeaf({ keyUsage }: ParsedCertificate, purpose: Purpose): string | undefined {
  if (keyUsage === undefined || keyUsage.digitalSignature || (purpose === 'signature' && keyUsage.contentCommitment))
    return undefined
  return 'has a key usage without digitalSignature'
}

function judgeLink(path: Path, certificate: ParsedCertificate, depth: number, purpose: Purpose): string | undefined {
  if (certificate.keyFlaw !== undefined) return certificate.keyFlaw
  const [unknown] = certificate.unknownCritical
  if (unknown !== undefined) return `has the critical extension ${unknown}, which is not understood here`
  if (purpose === 'client' && !isForClients(certificate)) return 'has an extended key usage without clientAuth'
  const isAnchor = depth === path.length - 1
  if (!isAnchor && !certificate.signatureAlgorithm.isStrong) {
    return `is signed with ${certificate.signatureAlgorithm.name}; accepted are RSA and ECDSA with SHA-256 or longer, and EdDSA`
  }
  return depth === 0 ? judgeLeaf(certificate, purpose) : judgeIssuer(path, certificate, depth)
}

/** An authority that is itself restricted cannot hand out more than it has. */
function isForClients({ extendedKeyUsage: purposes }: ParsedCertificate): boolean {
  return purposes === undefined || purposes.includes(clientAuthentication) || purposes.includes(anyPurpose)
}

function judgeIssuer(path: Path, issuer: ParsedCertificate, depth: number): string | undefined {
  if (!issuer.isCa) return 'is used as a certificate authority and is none'
  if (issuer.keyUsage?.certificateSigning === false)
    return 'is used as a certificate authority, and its key usage lacks keyCertSign'
  const between = path.slice(1, depth).filter((certificate) => !isSelfIssued(certificate))
  if (issuer.pathLength !== undefined && between.length > issuer.pathLength) {
    return `allows ${issuer.pathLength} certificate authorities below it, and has ${between.length}`
  }
  const { nameConstraints } = issuer
  if (nameConstraints === undefined) return undefined
  // A key change of an authority (self-issued) is not a subject of its own (RFC 5280 §6.1.3 (b)); the leaf always is.
  const subjects = path.slice(0, depth).filter((certificate, at) => at === 0 || !isSelfIssued(certificate))
  return subjects
    .map((certificate) => checkNameConstraints(certificate, nameConstraints))
    .find((problem) => problem !== undefined)
}

function isSelfIssued({ subjectKey, issuerKey }: ParsedCertificate): boolean {
  return subjectKey === issuerKey
}

/** The leaf is number 1. */
function firstProblem(
  path: Path,
  judge: (certificate: ParsedCertificate, depth: number) => string | undefined,
): string | undefined {
  for (const [depth, certificate] of path.entries()) {
    const problem = judge(certificate, depth)
    if (problem !== undefined) return `certificate ${depth + 1} of the chain ${problem}`
  }
  return undefined
}
