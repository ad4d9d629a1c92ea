import { OutboundFailure } from './outbound-failure.ts'

/** So many at once, so many at once for each key, and a queue with an end. */
export interface Gate {
  run<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

export interface GateLimits {
  readonly atOnceMax: number
  readonly atOncePerKeyMax: number
  readonly queueMax: number
}

interface Waiting {
  readonly key: string
  readonly enter: () => void
}

export function createGate({ atOnceMax, atOncePerKeyMax, queueMax }: GateLimits): Gate {
  const inside = new Map<string, number>()
  const waiting = new Set<Waiting>()
  let insideTotal = 0

  const hasRoom = (key: string): boolean => insideTotal < atOnceMax && (inside.get(key) ?? 0) < atOncePerKeyMax
  const enter = (key: string): void => {
    insideTotal += 1
    inside.set(key, (inside.get(key) ?? 0) + 1)
  }
  const leave = (key: string): void => {
    insideTotal -= 1
    const left = (inside.get(key) ?? 1) - 1
    if (left === 0) inside.delete(key)
    else inside.set(key, left)
    callNext()
  }
  const callNext = (): void => {
    for (const next of waiting) {
      if (!hasRoom(next.key)) continue
      waiting.delete(next)
      enter(next.key)
      next.enter()
      return
    }
  }
  const wait = (key: string, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const giveUp = (): void => {
        if (waiting.delete(place)) reject(new OutboundFailure('limited', 'no place became free in time', signal.reason))
      }
      const place: Waiting = {
        key,
        enter: () => {
          signal.removeEventListener('abort', giveUp)
          resolve()
        },
      }
      waiting.add(place)
      signal.addEventListener('abort', giveUp, { once: true })
    })

  return {
    run: async (key, signal, work) => {
      if (hasRoom(key)) enter(key)
      else if (waiting.size >= queueMax) throw new OutboundFailure('limited', 'too many requests are waiting')
      else await wait(key, signal)
      try {
        return await work()
      } finally {
        leave(key)
      }
    },
  }
}
