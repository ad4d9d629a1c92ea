/**
 * Lets a limited number of different words become labels; any further one is `other`. Each label value costs memory here
 * and in every system that collects, so a word that somebody outside chose must never make a new one at will.
 */
export function createLabelGuard(valuesMax: number): (value: string) => string {
  const known = new Set<string>()
  return (value) => {
    if (known.has(value)) return value
    if (known.size >= valuesMax || value.length > VALUE_LENGTH_MAX) return 'other'
    known.add(value)
    return value
  }
}

const VALUE_LENGTH_MAX = 100
