/** Remembers what was made last; the entry that was used least recently goes first. */
export interface BoundedCache<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
}

export function createBoundedCache<Value>(entriesMax: number): BoundedCache<Value> {
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
    delete: (key) => void entries.delete(key),
  }
}
