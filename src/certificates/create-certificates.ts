import { X509Certificate } from 'node:crypto'
import {
  createRecentlyUsed,
  type EpochSeconds,
  type PresentedCertificate,
  type Certificates as SignerCertificates,
  type TrustedCa,
} from '../registration/index.ts'
import { describeCertificate } from './describe-certificate.ts'
import { chainLengthMax, findPath, type Trust } from './find-path.ts'
import { hasSubject } from './has-subject.ts'
import type { Path } from './judge-path.ts'
import { type ParsedCertificate, parseCertificate } from './parse-certificate.ts'
import { parseRevocationList, type RevocationList } from './parse-revocation-list.ts'
import { readPem } from './read-pem.ts'
import { verifySigner } from './verify-signer.ts'

export interface Certificates extends SignerCertificates {
  /** Reads the trusted CAs and their revocation lists ahead of the first request. @throws where one of them cannot be read. */
  prepare(trustedCas: readonly TrustedCa[]): void
  /** What policies see of a client certificate. `undefined`: it is encoded so that nothing can rest on it. */
  describe(certificate: X509Certificate, trustedCas: readonly TrustedCa[], at: EpochSeconds): PresentedCertificate | undefined
  /** Why no trusted CA vouches for the holder as a client, now; `undefined`: one does. `anchor`: that one alone. */
  findClientProblem(certificate: X509Certificate, trust: ClientTrust, at: EpochSeconds): string | undefined
  /** RFC 8705 §2.1.2; `member` is one of the five. */
  hasSubject(certificate: X509Certificate, member: string, expected: string): boolean
}

export interface ClientTrust {
  readonly trustedCas: readonly TrustedCa[]
  readonly anchor?: string
}

/** Clients that come back within the time that it takes so many others to come. */
const certificatesRemembered = 1000
const pathsRemembered = 1000
/** Of all realms together; each may have ten million characters. */
const listsRemembered = 50

/** Everything is parsed once, and signatures are verified once; what depends on the time is judged each time. */
export function createCertificates(): Certificates {
  const certificates = createRecentlyUsed<ParsedCertificate>(certificatesRemembered)
  const lists = createRecentlyUsed<RevocationList>(listsRemembered)
  const trusts = new WeakMap<readonly TrustedCa[], Trust>()

  const parse = (certificate: X509Certificate): ParsedCertificate =>
    remember(certificates, certificate.fingerprint256, () => parseCertificate(certificate))
  const trustIn = (trustedCas: readonly TrustedCa[]): Trust => {
    const known = trusts.get(trustedCas)
    if (known !== undefined) return known
    const read = trustedCas.map(({ id, pem, crls }) =>
      readable(id, () => ({
        id,
        certificate: parse(new X509Certificate(pem)),
        lists: crls.map((crl) => remember(lists, crl, () => parseListOf(crl))),
      })),
    )
    const trust: Trust = {
      anchors: read,
      revocationLists: read.flatMap(({ lists: own, certificate: owner }) => own.map((list) => ({ owner, list }))),
      found: createRecentlyUsed<Path>(pathsRemembered),
    }
    trusts.set(trustedCas, trust)
    return trust
  }
  const tryParse = (certificate: X509Certificate): ParsedCertificate | undefined => attempt(() => parse(certificate))
  const findClientProblem: Certificates['findClientProblem'] = (certificate, { trustedCas, anchor }, at) => {
    const leaf = tryParse(certificate)
    if (leaf === undefined) return 'certificate 1 of the chain is no certificate in DER'
    const sent = sentWith(certificate).flatMap((other) => tryParse(other) ?? [])
    const only = anchor === undefined ? {} : { anchor }
    const found = findPath({ leaf, sent, purpose: 'client', at, ...only }, trustIn(trustedCas))
    return 'problem' in found ? found.problem : undefined
  }

  return {
    prepare: (trustedCas) => void trustIn(trustedCas),
    findClientProblem,
    describe(certificate, trustedCas, at) {
      const parsed = tryParse(certificate)
      const vouching = trustedCas.filter(({ id }) => findClientProblem(certificate, { trustedCas, anchor: id }, at) === undefined)
      return (
        parsed &&
        describeCertificate(
          parsed,
          vouching.map(({ id }) => id),
        )
      )
    },
    hasSubject(certificate, member, expected) {
      const parsed = tryParse(certificate)
      return parsed !== undefined && hasSubject(parsed, member, expected)
    },
    verifySigner: async (chain, trustedCas, at) =>
      verifySigner(chain, at, { parse: (der) => attempt(() => parse(new X509Certificate(der))), trust: trustIn(trustedCas) }),
  }
}

function remember<Value>(cache: ReturnType<typeof createRecentlyUsed<Value>>, key: string, make: () => Value): Value {
  const known = cache.get(key)
  if (known !== undefined) return known
  const made = make()
  cache.set(key, made)
  return made
}

/** What a requester sends and nobody can read proves nothing, and is no fault of ours. */
function attempt<Value>(make: () => Value): Value | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}

/** What an administrator has to put right is called by its name. */
function readable<Value>(id: string, read: () => Value): Value {
  try {
    return read()
  } catch (cause) {
    throw new Error(`the trusted CA ${id} cannot be used: its certificate or a revocation list cannot be read`, { cause })
  }
}

function parseListOf(pem: string): RevocationList {
  const [der] = readPem(pem, 'X509 CRL') ?? []
  if (der === undefined) throw new Error('no PEM of a revocation list')
  return parseRevocationList(der)
}

/** As Node has them: each leads to the one that came next in the handshake. */
function sentWith(certificate: X509Certificate): readonly X509Certificate[] {
  const found: X509Certificate[] = []
  let next = certificate.issuerCertificate
  while (next !== undefined && found.length < chainLengthMax) {
    found.push(next)
    next = next.issuerCertificate
  }
  return found
}
