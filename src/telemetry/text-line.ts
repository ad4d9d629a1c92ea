/** A line of JSON made readable for people at a terminal. */
export function textLine(line: string): string {
  const { time, level, msg, pid: _, hostname: __, err, ...rest } = JSON.parse(line) as Record<string, unknown>
  const clock = String(time).slice(11, 23)
  const members = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const words = [clock, String(level).toUpperCase().padEnd(5), msg ?? '', ...members].map((word) => oneLine(String(word)))
  return `${words.filter((word) => word !== '').join(' ')}\n${stackOf(err)}`
}

// A terminal obeys what it prints, and a line break would forge a line of the log.
const controls = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu

function oneLine(text: string): string {
  return text.replace(controls, ' ')
}

function stackOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return ''
  return String(error.stack)
    .split('\n')
    .map((line) => `    ${oneLine(line)}\n`)
    .join('')
}
