/** The person's languages, best first: `ui_locales` of the request, then `Accept-Language` (OIDC Core §3.1.2.1). */
export function preferredLanguages(uiLocales: string | undefined, acceptLanguage: string | undefined): readonly string[] {
  return [...new Set([...ranked(uiLocales), ...ranked(acceptLanguage)])]
}

/**
 * RFC 4647 §3.4 lookup: each range in turn, shortened from the end until something fits. Ranges and tags compare
 * without case (RFC 7591 §2.2).
 */
export function lookupLanguage(ranges: readonly string[], tags: readonly string[]): string | undefined {
  for (const range of ranges) {
    for (let part = range.toLowerCase(); part !== ''; part = shortened(part)) {
      const found = tags.find((tag) => tag.toLowerCase() === part)
      if (found !== undefined) return found
    }
  }
  return undefined
}

const RANGES_MAX = 16

/** Both spellings: a list with spaces (`ui_locales`), or one with commas and weights (RFC 9110 §12.5.4). */
function ranked(list: string | undefined): readonly string[] {
  const ranges = (list ?? '')
    .slice(0, 1000)
    .replace(/\s*;\s*q\s*=\s*/gi, ';q=')
    .split(/[\s,]+/)
    .slice(0, RANGES_MAX)
  return ranges
    .map((range) => ({ tag: range.replace(/;.*$/, ''), weight: Number(/;q=([\d.]+)$/.exec(range)?.[1] ?? 1) }))
    .filter(({ tag, weight }) => LANGUAGE_TAG.test(tag) && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)
}

const LANGUAGE_TAG = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/

/** A single letter goes together with what it introduced, as in `zh-Hant-x-private`. */
function shortened(tag: string): string {
  const parts = tag.split('-').slice(0, -1)
  return (parts.at(-1)?.length === 1 ? parts.slice(0, -1) : parts).join('-')
}
