import { randomBytes } from 'node:crypto'
import type { Entropy } from '../registration/index.ts'

/** Random values for the domain: time-ordered identifiers and 256-bit secrets. */
export function createEntropy(nowMilliseconds: () => number = Date.now): Entropy {
  return {
    id: () => uuidVersion7(nowMilliseconds()),
    secret: () => randomBytes(32).toString('base64url'),
  }
}

/** RFC 9562 §5.7: 48 bits of Unix milliseconds, then 74 random bits around version and variant. */
function uuidVersion7(milliseconds: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(milliseconds, 0, 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
