import { randomBytes, randomUUID } from 'node:crypto'
import type { Entropy } from '../registration/index.ts'

/** Random values for the domain: time-ordered identifiers and 256-bit secrets. */
export function createEntropy(nowMilliseconds: () => number = Date.now): Entropy {
  return {
    id: () => uuidVersion7(nowMilliseconds()),
    secret: () => randomBytes(32).toString('base64url'),
  }
}

/** RFC 9562 §5.7: 48 bits of Unix milliseconds, then 74 random bits around version and variant, which are those of a version 4. */
function uuidVersion7(milliseconds: number): string {
  const time = milliseconds.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
