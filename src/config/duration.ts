const unitMilliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** `15m`, `90d`; a bare `0` needs no unit. Milliseconds, or `undefined` where the text is no duration. */
export function parseDuration(input: unknown): number | undefined {
  if (input === 0 || input === '0') return 0
  if (typeof input !== 'string') return undefined
  const parts = /^(\d{1,12})\s?(ms|s|m|h|d|w)$/.exec(input.trim())
  const unit = unitMilliseconds[parts?.[2] ?? '']
  if (parts === null || unit === undefined) return undefined
  return Number(parts[1]) * unit
}
