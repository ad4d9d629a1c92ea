/** One value of X.690 DER: what it is, what it holds, and both together as they came. */
export interface DerElement {
  readonly tag: number
  readonly content: Buffer
  readonly whole: Buffer
}

/** Not DER, or not what stands there in a certificate. */
export class DerError extends Error {
  override readonly name = 'DerError'
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** The one element that the octets are. @throws DerError */
export function readElement(octets: Buffer): DerElement {
  const element = elementAt(octets, 0)
  if (element.whole.length !== octets.length) throw new DerError('something follows the value')
  return element
}

/** What a constructed element holds. @throws DerError */
export function readElements(content: Buffer): readonly DerElement[] {
  const found: DerElement[] = []
  for (let at = 0; at < content.length; ) {
    const element = elementAt(content, at)
    found.push(element)
    at += element.whole.length
  }
  return found
}

/** The elements inside of one that has to be of this type. @throws DerError */
export function readInside(element: DerElement | undefined, tag: number): readonly DerElement[] {
  return readElements(expectTag(element, tag).content)
}

/** @throws DerError */
export function expectTag(element: DerElement | undefined, tag: number): DerElement {
  if (element?.tag !== tag) throw new DerError(`tag ${tag} expected, not ${element?.tag ?? 'the end'}`)
  return element
}

/** The number of a context-specific tag such as `[3]`. */
export function contextTag(tag: number): number {
  return tag & 0x1f
}

const lengthOctetsMax = 4

function elementAt(octets: Buffer, at: number): DerElement {
  const tag = octets[at]
  const first = octets[at + 1]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new DerError('no tag and length')
  const lengthOctets = first < 0x80 ? 0 : first - 0x80
  const start = at + 2 + lengthOctets
  const length = lengthOctets === 0 && first < 0x80 ? first : longLength(octets, at + 2, lengthOctets)
  if (start + length > octets.length) throw new DerError('the value is cut off')
  return { tag, content: octets.subarray(start, start + length), whole: octets.subarray(at, start + length) }
}

/** X.690 §10.1: definite, and in as few octets as possible. */
function longLength(octets: Buffer, at: number, count: number): number {
  if (count === 0 || count > lengthOctetsMax || at + count > octets.length) throw new DerError('the length is not DER')
  const length = octets.readUIntBE(at, count)
  if (length < 0x80 || octets[at] === 0) throw new DerError('the length is not DER')
  return length
}
