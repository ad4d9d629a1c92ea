import { StoreUnavailable } from '../../registration/index.ts'

/** However many ask at once, a statement has no more items than that. */
const batchMax = 100

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result | undefined) => void
  readonly reject: (error: unknown) => void
}

/**
 * Makes one statement of what several requests, or one at several places, want in the same turn of the event loop: under load that
 * spares most round trips. `work` gives results under the index of their item. Where it fails, each is tried by itself, so that
 * nobody fails for somebody else's item.
 */
export function inBatches<Item, Result>(
  work: (items: readonly Item[]) => Promise<ReadonlyMap<number, Result>>,
): (item: Item) => Promise<Result | undefined> {
  let waiting: Waiting<Item, Result>[] = []

  const run = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await work(batch.map(({ item }) => item))
      for (const [index, { resolve }] of batch.entries()) resolve(results.get(index))
    } catch (error) {
      await fail(batch, error)
    }
  }

  const fail = async (batch: readonly Waiting<Item, Result>[], error: unknown): Promise<void> => {
    const isEverybodys = batch.length === 1 || error instanceof StoreUnavailable
    for (const one of batch) {
      if (isEverybodys) one.reject(error)
      else await run([one])
    }
  }

  const runWaiting = (): void => {
    const all = waiting
    waiting = []
    for (let start = 0; start < all.length; start += batchMax) void run(all.slice(start, start + batchMax))
  }

  return (item) =>
    new Promise((resolve, reject) => {
      // After what has arrived from the network has been looked at, and before anything is waited for.
      if (waiting.length === 0) setImmediate(runWaiting)
      waiting.push({ item, resolve, reject })
    })
}
