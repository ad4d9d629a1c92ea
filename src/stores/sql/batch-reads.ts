/** However many ask at once, a statement looks for no more than that. */
const batchMax = 100

interface Waiting<Key, Found> {
  readonly key: Key
  readonly resolve: (found: Found | undefined) => void
  readonly reject: (error: unknown) => void
}

/**
 * Makes one statement of what several requests, or one at several places, look for in the same turn of the event loop: under load
 * that is a good part of all reads. `readAll` gives what is found under the index of its key. A failure is everybody's.
 */
export function batchReads<Key, Found>(
  readAll: (keys: readonly Key[]) => Promise<ReadonlyMap<number, Found>>,
): (key: Key) => Promise<Found | undefined> {
  let waiting: Waiting<Key, Found>[] = []

  const read = async (batch: readonly Waiting<Key, Found>[]): Promise<void> => {
    try {
      const found = await readAll(batch.map(({ key }) => key))
      for (const [index, { resolve }] of batch.entries()) resolve(found.get(index))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  const readWaiting = (): void => {
    const all = waiting
    waiting = []
    for (let start = 0; start < all.length; start += batchMax) void read(all.slice(start, start + batchMax))
  }

  return (key) =>
    new Promise((resolve, reject) => {
      // After what has arrived from the network has been looked at, and before anything is waited for.
      if (waiting.length === 0) setImmediate(readWaiting)
      waiting.push({ key, resolve, reject })
    })
}
