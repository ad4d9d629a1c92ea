/** Of whichever `fetch` the answer came from. */
export interface HeaderReader {
  get(name: string): string | null
}

/** How long an answer stays fresh by its own words (RFC 9111 §4.2); `undefined`: it says nothing. */
export function freshnessSeconds(headers: HeaderReader, nowMilliseconds: number): number | undefined {
  const directives = (headers.get('cache-control') ?? '').toLowerCase()
  if (/(?:^|[\s,])no-(?:store|cache)(?:$|[\s,=])/.test(directives)) return 0
  const maxAge = /(?:^|[\s,])max-age=(\d{1,10})(?:$|[\s,])/.exec(directives)?.[1]
  if (maxAge !== undefined) return Math.max(0, Number(maxAge) - age(headers))
  return expiry(headers, nowMilliseconds)
}

function age(headers: HeaderReader): number {
  const text = headers.get('age') ?? ''
  return /^\d{1,10}$/.test(text) ? Number(text) : 0
}

function expiry(headers: HeaderReader, nowMilliseconds: number): number | undefined {
  const expires = headers.get('expires')
  if (expires === null) return undefined
  // An unreadable date, "0" above all, means: expired already (RFC 9111 §5.3).
  const at = Date.parse(expires)
  return Number.isNaN(at) ? 0 : Math.max(0, Math.floor((at - nowMilliseconds) / 1000))
}
