import type { EpochSeconds } from '../registration/index.ts'
import { type DerElement, DerError, expectTag, tags } from './der.ts'

/** Dotted. X.690 §8.19. */
export function readOid(element: DerElement | undefined): string {
  const { content } = expectTag(element, tags.oid)
  const arcs: bigint[] = []
  let arc = 0n
  for (const octet of content) {
    arc = arc * 128n + BigInt(octet & 0x7f)
    if (octet < 0x80) {
      arcs.push(arc)
      arc = 0n
    }
  }
  const first = arcs[0]
  if (first === undefined || (content.at(-1) ?? 0x80) >= 0x80) throw new DerError('no OID')
  const root = first < 80n ? first / 40n : 2n
  return [root, first - root * 40n, ...arcs.slice(1)].join('.')
}

export function readBoolean(element: DerElement | undefined): boolean {
  const { content } = expectTag(element, tags.boolean)
  if (content.length !== 1) throw new DerError('no boolean')
  return content[0] !== 0
}

/** A small number that is not negative, such as a path length. */
export function readCount(element: DerElement | undefined): number {
  const { content } = expectTag(element, tags.integer)
  if (content.length === 0 || content.length > 4 || (content[0] ?? 0) >= 0x80) throw new DerError('no small number')
  return content.readUIntBE(0, content.length)
}

/** In hexadecimal digits: serial numbers are names, not numbers to count with. */
export function readSerialNumber(element: DerElement | undefined): string {
  return expectTag(element, tags.integer).content.toString('hex')
}

/** Of whole octets, as signatures are. */
export function readBitOctets(element: DerElement | undefined): Buffer {
  const { content } = expectTag(element, tags.bitString)
  if (content[0] !== 0) throw new DerError('bits that are no octets')
  return content.subarray(1)
}

/** RFC 5280 §4.1.2.5: UTCTime up to 2049, GeneralizedTime from 2050; seconds given, in UTC. */
export function readTime(element: DerElement | undefined): EpochSeconds {
  const text = element?.content.toString('latin1') ?? ''
  const isShort = element?.tag === tags.utcTime
  const match = (isShort ? /^(\d{2})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/).exec(text)
  if (match === null || !(isShort || element?.tag === tags.generalizedTime)) throw new DerError('no time')
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  const century = year < 50 ? 2000 : 1900
  return Math.floor(Date.UTC(isShort ? century + year : year, month - 1, day, hour, minute, second) / 1000)
}
