/**
 * Makes UUIDs of version 7 (RFC 9562 §5.7): ids that grow with time can be paged through by key, on any number of nodes, without a
 * sequence that somebody would have to own. Within a millisecond a counter keeps the order in which they were made.
 * `randomUuid`: of version 4 (RFC 9562 §5.4), whose random bits are taken over.
 */
export function createTimeOrderedIds(randomUuid: () => string, nowMilliseconds: () => number): () => string {
  let last = { milliseconds: 0, counter: 0 }
  return () => {
    const now = nowMilliseconds()
    const random = randomUuid()
    if (now > last.milliseconds) {
      last = { milliseconds: now, counter: Number.parseInt(random.slice(0, 4), 16) & 0x07ff }
    } else {
      last = last.counter < 0x0fff ? { ...last, counter: last.counter + 1 } : { milliseconds: last.milliseconds + 1, counter: 0 }
    }
    const time = last.milliseconds.toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${last.counter.toString(16).padStart(3, '0')}-${random.slice(19)}`
  }
}
