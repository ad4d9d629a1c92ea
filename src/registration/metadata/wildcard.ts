/** Whether a text is the pattern, in which each `*` stands for one character or more; takes time in proportion to both (SEC-DOS-06). */
export function matchesWildcard(text: string, pattern: string): boolean {
  const [first = '', ...parts] = pattern.split('*')
  const last = parts.pop()
  if (last === undefined) return text === pattern
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of parts) {
    const found = text.indexOf(part, at + 1)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length > at && text.endsWith(last)
}
