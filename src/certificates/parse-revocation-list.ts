import { comparableName, type DistinguishedName, type EpochSeconds } from '../registration/index.ts'
import { contextTag, type DerElement, DerError, readElement, readElements, readInside, tags } from './der.ts'
import { readBitOctets, readOid, readSerialNumber, readTime } from './der-values.ts'
import { parseExtension } from './parse-extensions.ts'
import { parseName } from './parse-name.ts'
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts'

/** RFC 5280 §5: a complete list, or one of all certificates of authorities or of all others. */
export interface RevocationList {
  readonly issuer: DistinguishedName
  readonly issuerKey: string
  readonly thisUpdate: EpochSeconds
  readonly nextUpdate: EpochSeconds
  readonly serialNumbers: ReadonlySet<string>
  readonly covers: 'all' | 'authorities' | 'others'
  readonly toBeSigned: Buffer
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signature: Buffer
}

/** @throws DerError */
export function parseRevocationList(der: Buffer): RevocationList {
  const [toBeSigned, algorithm, signature] = readInside(readElement(der), tags.sequence)
  const fields = readInside(toBeSigned, tags.sequence)
  const [inner, issuer, thisUpdate, nextUpdate, ...rest] = fields[0]?.tag === tags.integer ? fields.slice(1) : fields
  if (toBeSigned === undefined || !inner?.whole.equals(algorithm?.whole ?? Buffer.alloc(0))) throw new DerError('two algorithms')
  if (nextUpdate?.tag !== tags.utcTime && nextUpdate?.tag !== tags.generalizedTime) throw new DerError('no nextUpdate')
  const name = parseName(issuer)
  return {
    ...{ issuer: name, issuerKey: comparableName(name), toBeSigned: toBeSigned.whole },
    thisUpdate: readTime(thisUpdate),
    nextUpdate: readTime(nextUpdate),
    serialNumbers: readEntries(rest.find(({ tag }) => tag === tags.sequence)),
    covers: readCoverage(rest.find(({ tag }) => tag === 0xa0)),
    signatureAlgorithm: readSignatureAlgorithm(algorithm),
    signature: readBitOctets(signature),
  }
}

function readEntries(list: DerElement | undefined): ReadonlySet<string> {
  const serialNumbers = new Set<string>()
  for (const entry of list === undefined ? [] : readElements(list.content)) {
    const [serialNumber, , extensions] = readInside(entry, tags.sequence)
    if (extensions !== undefined) refuseCritical(readInside(extensions, tags.sequence))
    serialNumbers.add(readSerialNumber(serialNumber))
  }
  return serialNumbers
}

/** Such as the issuer of an entry in somebody else's list (RFC 5280 §5.3.3). */
function refuseCritical(extensions: readonly DerElement[]): void {
  const critical = extensions.map(parseExtension).find(({ isCritical }) => isCritical)
  if (critical !== undefined) throw new DerError(`the unknown critical extension ${critical.oid}`)
}

const issuingDistributionPoint = '2.5.29.28'

/** RFC 5280 §5.2: a delta list or an indirect one says so in a critical extension, and is not read here. */
function readCoverage(element: DerElement | undefined): RevocationList['covers'] {
  const extensions = element === undefined ? [] : readInside(readInside(element, 0xa0)[0], tags.sequence)
  const isPoint = (extension: DerElement): boolean =>
    readOid(readInside(extension, tags.sequence)[0]) === issuingDistributionPoint
  refuseCritical(extensions.filter((extension) => !isPoint(extension)))
  const point = extensions.find(isPoint)
  return point === undefined ? 'all' : readScope(readElement(parseExtension(point).value))
}

/** RFC 5280 §5.2.5: [1] onlyContainsUserCerts, [2] onlyContainsCACerts; [0] tells only where the list can be had. */
function readScope(point: DerElement): RevocationList['covers'] {
  const scopes = readInside(point, tags.sequence).map(({ tag }) => contextTag(tag))
  if (scopes.some((scope) => scope > 2))
    throw new DerError("a list of some reasons only, of attribute certificates, or of others' entries")
  if (scopes.includes(1)) return 'others'
  return scopes.includes(2) ? 'authorities' : 'all'
}
