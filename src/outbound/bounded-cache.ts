/** Keeps what was used last, within a number of bytes. */
export interface BoundedCache<T> {
  find(key: string): T | undefined
  keep(key: string, value: T): void
  readonly bytes: number
}

// Keys, map slots and small objects: what an entry takes besides its content, generously.
const ENTRY_BYTES = 512

export function createBoundedCache<T>(bytesMax: number, bytesOf: (value: T) => number): BoundedCache<T> {
  // A Map remembers the order of insertion: what is used is put in anew, so the first entry is the one to drop.
  const entries = new Map<string, { readonly value: T; readonly bytes: number }>()
  let bytes = 0

  const drop = (key: string): void => {
    bytes -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }

  return {
    find: (key) => {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    keep: (key, value) => {
      drop(key)
      const entry = { value, bytes: ENTRY_BYTES + 2 * key.length + bytesOf(value) }
      if (entry.bytes > bytesMax) return
      entries.set(key, entry)
      bytes += entry.bytes
      for (const oldest of entries.keys()) {
        if (bytes <= bytesMax) break
        drop(oldest)
      }
    },
    get bytes() {
      return bytes
    },
  }
}
