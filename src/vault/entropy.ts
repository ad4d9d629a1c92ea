import { randomFillSync, randomUUID } from 'node:crypto'
import type { Entropy } from '../registration/index.ts'

/** Random values for the domain: time-ordered identifiers and 256-bit secrets. */
export function createEntropy(nowMilliseconds: () => number = Date.now): Entropy {
  return {
    id: () => uuidVersion7(nowMilliseconds()),
    secret: newSecret,
  }
}

const secretBytes = 32

// Asking the system costs the same for one as for many.
const pool = Buffer.alloc(128 * secretBytes)
let next = pool.length

function newSecret(): string {
  if (next === pool.length) {
    randomFillSync(pool)
    next = 0
  }
  const bytes = pool.subarray(next, next + secretBytes)
  next += secretBytes
  const secret = bytes.toString('base64url')
  // What has been given out is nowhere else.
  bytes.fill(0)
  return secret
}

/** RFC 9562 §5.7: 48 bits of Unix milliseconds, then 74 random bits around version and variant, which are those of a version 4. */
function uuidVersion7(milliseconds: number): string {
  const time = milliseconds.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
