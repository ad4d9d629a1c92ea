import type { WebhooksOptions } from './options.ts'

/** How many attempts may be under way, altogether and for each webhook. */
export interface Places {
  room(webhook: string): number
  free(): number
  /** The answer tells whether it went well, and gives the place back. */
  enter(webhook: string): (isWell: boolean) => void
}

/** One that fails has a single place, and all that fail have half of them: they do not hold up those that answer. */
export function createPlaces({ atOnceMax, atOncePerWebhookMax }: WebhooksOptions): Places {
  const taken = new Map<string, number>()
  const failing = new Set<string>()
  const takenOf = (webhook: string): number => taken.get(webhook) ?? 0
  const free = (): number => atOnceMax - sum(taken.values())

  return {
    free,
    room(webhook) {
      if (!failing.has(webhook)) return Math.min(free(), atOncePerWebhookMax - takenOf(webhook))
      const takenByFailing = sum([...failing].map(takenOf))
      return takenByFailing >= atOnceMax / 2 ? 0 : Math.min(free(), 1 - takenOf(webhook))
    },
    enter(webhook) {
      taken.set(webhook, takenOf(webhook) + 1)
      return (isWell) => {
        const left = takenOf(webhook) - 1
        if (left === 0) taken.delete(webhook)
        else taken.set(webhook, left)
        if (isWell) failing.delete(webhook)
        else failing.add(webhook)
      }
    },
  }
}

function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}
