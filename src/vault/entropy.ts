import { randomFillSync, randomUUID } from 'node:crypto'
import { createTimeOrderedIds, type Entropy } from '../registration/index.ts'

/** Random values for the domain: time-ordered identifiers and 256-bit secrets. */
export function createEntropy(nowMilliseconds: () => number = Date.now): Entropy {
  return {
    id: createTimeOrderedIds(randomUUID, nowMilliseconds),
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
