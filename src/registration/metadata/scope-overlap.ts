import { matchesScope } from './scope-pattern.ts'

/**
 * Whether some scope is meant by both. A client can register a dynamic scope's pattern, such as `payments:*`, and has then what
 * a rule says about `payments:write`, whichever of the two is the wider one.
 */
export function overlapsScope(one: string, other: string): boolean {
  if (matchesScope(one, other) || matchesScope(other, one)) return true
  if (!one.includes('*') || !other.includes('*')) return false
  const [[start, end], [otherStart, otherEnd]] = [parts(one), parts(other)]
  return (start.startsWith(otherStart) || otherStart.startsWith(start)) && (end.endsWith(otherEnd) || otherEnd.endsWith(end))
}

function parts(pattern: string): readonly [start: string, end: string] {
  const star = pattern.indexOf('*')
  return [pattern.slice(0, star), pattern.slice(star + 1)]
}
