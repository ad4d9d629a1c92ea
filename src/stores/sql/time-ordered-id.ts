import { randomBytes } from 'node:crypto'

/**
 * A UUID of version 7 (RFC 9562 §5.7): ids that grow with time can be paged through by key, on any number of nodes,
 * without a sequence that somebody would have to own. Within a millisecond a counter keeps this process's order.
 */
export function timeOrderedId(): string {
  const now = Date.now()
  if (now > last.milliseconds) {
    last = { milliseconds: now, counter: randomBytes(2).readUInt16BE() & 0x07ff }
  } else {
    last = last.counter < 0x0fff ? { ...last, counter: last.counter + 1 } : { milliseconds: last.milliseconds + 1, counter: 0 }
  }
  const time = last.milliseconds.toString(16).padStart(12, '0')
  const random = randomBytes(8)
  random[0] = ((random[0] ?? 0) & 0x3f) | 0x80
  const tail = random.toString('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${last.counter.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`
}

let last = { milliseconds: 0, counter: 0 }
