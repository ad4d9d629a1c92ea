import { X509Certificate } from 'node:crypto'
import { type EpochSeconds, writeDistinguishedName } from '../registration/index.ts'
import { isSignedBy } from './check-revocation.ts'
import { parseCertificate } from './parse-certificate.ts'
import { parseRevocationList, type RevocationList } from './parse-revocation-list.ts'
import { readPem } from './read-pem.ts'

/** A revocation list as an administrator sees it. */
export interface RevocationListView {
  /** RFC 4514. */
  readonly issuer: string
  readonly thisUpdate: EpochSeconds
  readonly nextUpdate: EpochSeconds
  /** How many certificates it revokes. */
  readonly revoked: number
  readonly status: 'VALID' | 'EXPIRED' | 'NOT_YET_VALID'
}

/** About 200,000 revoked certificates. */
const listCharactersMax = 10_485_760

/** One revocation list from a PEM text, to be kept with the trusted CA whose PEM is `ca`. The problem tells what is accepted. */
export function readRevocationList(pem: string, ca: string, at: EpochSeconds): RevocationListView | { readonly problem: string } {
  const blocks = pem.length > listCharactersMax ? undefined : readPem(pem, 'X509 CRL')
  const [der] = blocks ?? []
  if (der === undefined || blocks?.length !== 1)
    return { problem: 'accepted is exactly one revocation list in PEM (BEGIN X509 CRL)' }
  const list = tryParse(der)
  if (list === undefined)
    return { problem: 'this is no revocation list that can be used; accepted is a complete X.509 CRL with nextUpdate' }
  const authority = parseCertificate(new X509Certificate(ca))
  // A list of another name is one of an authority further down, whose key comes with the chain.
  if (list.issuerKey === authority.subjectKey && !isSignedBy(list, authority)) {
    return {
      problem: 'this revocation list has the name of the certificate authority, and is not signed by it with SHA-256 or longer',
    }
  }
  return present(list, at)
}

function tryParse(der: Buffer): RevocationList | undefined {
  try {
    return parseRevocationList(der)
  } catch {
    // Whatever is wrong with it, nothing can rest on it.
    return undefined
  }
}

function present({ issuer, thisUpdate, nextUpdate, serialNumbers }: RevocationList, at: EpochSeconds): RevocationListView {
  return {
    issuer: writeDistinguishedName(issuer),
    ...{ thisUpdate, nextUpdate, revoked: serialNumbers.size },
    status: at < thisUpdate ? 'NOT_YET_VALID' : at >= nextUpdate ? 'EXPIRED' : 'VALID',
  }
}
