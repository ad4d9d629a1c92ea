import type { EpochSeconds, RecentlyUsed } from '../registration/index.ts'
import type { GivenList } from './check-revocation.ts'
import { judgeMoment, judgePath, type Path, type Purpose } from './judge-path.ts'
import type { ParsedCertificate } from './parse-certificate.ts'

/** What a realm trusts, read and ready. */
export interface Trust {
  readonly anchors: readonly { readonly id: string; readonly certificate: ParsedCertificate }[]
  readonly revocationLists: readonly GivenList[]
  /** Paths that were found good; only the moment has to be judged again. */
  readonly found: RecentlyUsed<Path>
}

export interface PathQuery {
  readonly leaf: ParsedCertificate
  /** Certificates that came with the leaf, in any order. */
  readonly sent: readonly ParsedCertificate[]
  /** The id of the one trusted CA that the path has to end at; absent: any. */
  readonly anchor?: string
  readonly purpose: Purpose
  readonly at: EpochSeconds
}

/** The most that a chain may have, leaf and trusted CA included. */
export const chainLengthMax = 8

/** Enough for every chain that is in use; what loops and crosses cannot make anybody verify more. */
const verificationsMax = 32

/**
 * A path found once stays found when the leaf comes without the others, as it does where a TLS session is resumed (RFC 8446 §2.2):
 * it proves the same, whoever sent its parts.
 */
export function findPath(query: PathQuery, trust: Trust): Path | { readonly problem: string } {
  const key = [query.purpose, query.leaf.fingerprint, query.anchor ?? ''].join(' ')
  const known = trust.found.get(key)
  if (known !== undefined && judgeMoment(known, trust.revocationLists, query.at) === undefined) return known
  const found = search(query, trust)
  if ('problem' in found) trust.found.delete(key)
  else trust.found.set(key, found)
  return found
}

function search(query: PathQuery, trust: Trust): Path | { readonly problem: string } {
  const { leaf, sent, anchor, purpose, at } = query
  const anchors = trust.anchors.filter(({ id }) => anchor === undefined || id === anchor)
  const candidates: Candidates = {
    anchors: anchors.map(({ certificate }) => certificate),
    // What an administrator trusts may stand between as well: a proxy hands over the leaf alone.
    intermediates: [...sent, ...trust.anchors.map(({ certificate }) => certificate)],
    verificationsLeft: verificationsMax,
  }
  let firstProblem: string | undefined
  for (const path of pathsFrom([leaf], candidates)) {
    const problem = judgePath(path, purpose) ?? judgeMoment(path, trust.revocationLists, at)
    if (problem === undefined) return path
    firstProblem ??= problem
  }
  return { problem: firstProblem ?? 'the chain leads to no trusted certificate authority' }
}

interface Candidates {
  readonly anchors: readonly ParsedCertificate[]
  readonly intermediates: readonly ParsedCertificate[]
  verificationsLeft: number
}

/** Depth first, a trusted CA before what was sent, and never a certificate twice. */
function* pathsFrom(path: Path, candidates: Candidates): Generator<Path> {
  const last = path.at(-1) ?? path[0]
  const isNext = (issuer: ParsedCertificate): boolean =>
    path.every(({ fingerprint }) => fingerprint !== issuer.fingerprint) && isIssuer(issuer, last, candidates)
  for (const anchor of candidates.anchors) {
    if (isNext(anchor)) yield [...path, anchor]
  }
  if (path.length + 2 > chainLengthMax) return
  for (const intermediate of candidates.intermediates) {
    if (isNext(intermediate)) yield* pathsFrom([...path, intermediate], candidates)
  }
}

function isIssuer(issuer: ParsedCertificate, certificate: ParsedCertificate, candidates: Candidates): boolean {
  if (issuer.subjectKey !== certificate.issuerKey || !keysAgree(issuer, certificate)) return false
  candidates.verificationsLeft -= 1
  return candidates.verificationsLeft >= 0 && certificate.x509.verify(issuer.publicKey)
}

/** RFC 5280 §4.2.1.1: tells authorities of one name apart. */
function keysAgree({ subjectKeyIdentifier }: ParsedCertificate, { authorityKeyIdentifier }: ParsedCertificate): boolean {
  return (
    subjectKeyIdentifier === undefined || authorityKeyIdentifier === undefined || subjectKeyIdentifier === authorityKeyIdentifier
  )
}
