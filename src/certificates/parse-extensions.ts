import { contextTag, type DerElement, DerError, expectTag, readElement, readInside, tags } from './der.ts'
import { readBoolean, readCount, readOid } from './der-values.ts'
import { type GeneralName, parseGeneralName } from './general-name.ts'

/** RFC 5280 §4.2, as far as paths are judged by it. */
export interface Extensions {
  readonly isCa: boolean
  readonly pathLength?: number
  /** Absent: for everything. */
  readonly keyUsage?: KeyUsage
  /** OIDs of purposes. Absent: for every one. */
  readonly extendedKeyUsage?: readonly string[]
  readonly alternativeNames: readonly GeneralName[]
  readonly nameConstraints?: NameConstraints
  readonly subjectKeyIdentifier?: string
  readonly authorityKeyIdentifier?: string
  /** OIDs of critical extensions whose meaning is unknown here: nothing may rest on the certificate then. */
  readonly unknownCritical: readonly string[]
}

export interface KeyUsage {
  readonly digitalSignature: boolean
  readonly contentCommitment: boolean
  readonly certificateSigning: boolean
  readonly crlSigning: boolean
}

export interface NameConstraints {
  readonly permitted: readonly GeneralName[]
  readonly excluded: readonly GeneralName[]
}

interface Extension {
  readonly oid: string
  readonly isCritical: boolean
  readonly value: Buffer
}

/** @throws DerError */
export function parseExtensions(element: DerElement | undefined): Extensions {
  const extensions = element === undefined ? [] : readInside(element, tags.sequence).map(parseExtension)
  if (new Set(extensions.map(({ oid }) => oid)).size < extensions.length) throw new DerError('an extension appears twice')
  const known = extensions.map(({ oid, value }) => readers[oid]?.(readElement(value)) ?? {})
  const unknown = extensions.filter(({ oid, isCritical }) => isCritical && readers[oid] === undefined)
  return Object.assign({ isCa: false, alternativeNames: [], unknownCritical: unknown.map(({ oid }) => oid) }, ...known)
}

/** @throws DerError */
export function parseExtension(element: DerElement): Extension {
  const [oid, second, third] = readInside(element, tags.sequence)
  const isCritical = second?.tag === tags.boolean && readBoolean(second)
  const value = expectTag(second?.tag === tags.boolean ? third : second, tags.octetString)
  return { oid: readOid(oid), isCritical, value: value.content }
}

const readers: Readonly<Record<string, (value: DerElement) => Partial<Extensions>>> = {
  '2.5.29.14': (value) => ({ subjectKeyIdentifier: expectTag(value, tags.octetString).content.toString('hex') }),
  '2.5.29.15': readKeyUsage,
  '2.5.29.17': (value) => ({ alternativeNames: readInside(value, tags.sequence).map(parseGeneralName) }),
  '2.5.29.19': readBasicConstraints,
  '2.5.29.30': readNameConstraints,
  // Certificate policies: every one is accepted, so there is nothing to read.
  '2.5.29.32': () => ({}),
  '2.5.29.35': readAuthorityKeyIdentifier,
  '2.5.29.37': (value) => ({ extendedKeyUsage: readInside(value, tags.sequence).map(readOid) }),
}

function readKeyUsage(value: DerElement): Partial<Extensions> {
  const { content } = expectTag(value, tags.bitString)
  const has = (bit: number): boolean => ((content[1] ?? 0) & (0x80 >> bit)) !== 0
  return {
    keyUsage: { digitalSignature: has(0), contentCommitment: has(1), certificateSigning: has(5), crlSigning: has(6) },
  }
}

function readBasicConstraints(value: DerElement): Partial<Extensions> {
  const [first, second] = readInside(value, tags.sequence)
  const isCa = first?.tag === tags.boolean && readBoolean(first)
  const pathLength = first?.tag === tags.boolean ? second : first
  return { isCa, ...(pathLength === undefined ? {} : { pathLength: readCount(pathLength) }) }
}

function readAuthorityKeyIdentifier(value: DerElement): Partial<Extensions> {
  const identifier = readInside(value, tags.sequence).find(({ tag }) => tag === 0x80)
  return identifier === undefined ? {} : { authorityKeyIdentifier: identifier.content.toString('hex') }
}

function readNameConstraints(value: DerElement): Partial<Extensions> {
  const subtrees = readInside(value, tags.sequence)
  const named = (number: number): readonly GeneralName[] =>
    subtrees.filter(({ tag }) => contextTag(tag) === number).flatMap((list) => readInside(list, list.tag).map(readSubtree))
  return { nameConstraints: { permitted: named(0), excluded: named(1) } }
}

/** RFC 5280 §4.2.1.10: minimum is 0 and left out, maximum is not there. */
function readSubtree(element: DerElement): GeneralName {
  const [base, ...bounds] = readInside(element, tags.sequence)
  if (base === undefined || bounds.length > 0) throw new DerError('name constraints with bounds')
  return parseGeneralName(base)
}
