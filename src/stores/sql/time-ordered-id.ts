import { randomUUID } from 'node:crypto'

/**
 * A UUID of version 7 (RFC 9562 §5.7): ids that grow with time can be paged through by key, on any number of nodes,
 * without a sequence that somebody would have to own. Within a millisecond a counter keeps this process's order.
 */
export function timeOrderedId(): string {
  const now = Date.now()
  // Random bits as a UUID has them come from a pool; the variant stands where it has to.
  const random = randomUUID()
  if (now > last.milliseconds) {
    last = { milliseconds: now, counter: Number.parseInt(random.slice(0, 4), 16) & 0x07ff }
  } else {
    last = last.counter < 0x0fff ? { ...last, counter: last.counter + 1 } : { milliseconds: last.milliseconds + 1, counter: 0 }
  }
  const time = last.milliseconds.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${last.counter.toString(16).padStart(3, '0')}-${random.slice(19)}`
}

let last = { milliseconds: 0, counter: 0 }
