/** Keeps what was used last; the entry that was used least recently goes first. */
export interface RecentlyUsed<Value> {
  /** Counts as a use. */
  get(key: string): Value | undefined
  /** Does not. */
  peek(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
  clear(): void
}

export function createRecentlyUsed<Value>(entriesMax: number): RecentlyUsed<Value> {
  // A Map remembers the order of insertion: what is used is put in anew, so that the first entry is the one to let go.
  const entries = new Map<string, Value>()
  const set = (key: string, value: Value): void => {
    entries.delete(key)
    entries.set(key, value)
    const oldest = entries.keys().next().value
    if (entries.size > entriesMax && oldest !== undefined) entries.delete(oldest)
  }
  return {
    set,
    get(key) {
      const value = entries.get(key)
      if (value !== undefined) set(key, value)
      return value
    },
    peek: (key) => entries.get(key),
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  }
}
