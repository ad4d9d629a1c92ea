import { freshnessSeconds } from './freshness.ts'
import type { OutboundOptions } from './options.ts'
import { BRIEFLY_SECONDS, type PurposeRules } from './purposes.ts'
import { readAnswer } from './read-answer.ts'
import type { Transport } from './transport.ts'

/** What a URL gave, and how long it serves. Times in milliseconds. */
export interface FetchedDocument {
  readonly body: Uint8Array<ArrayBuffer>
  readonly contentType: string | null
  readonly freshUntil: number
  /** Later than `freshUntil` where an old answer is better than none. */
  readonly servesUntil: number
}

type Download = (rules: PurposeRules, url: string, authorities: readonly string[]) => Promise<FetchedDocument>

export function createDownload(options: OutboundOptions, transport: Transport, now: () => number): Download {
  return (rules, url, authorities) => {
    const headers = { accept: rules.accept, 'user-agent': 'registrar' }
    return transport.exchange(url, { method: 'GET', headers, authorities }, async (answer) => {
      const told = freshnessSeconds(answer.headers, now())
      const body = await readAnswer(answer, rules)
      const freshUntil = now() + lifetimeSeconds(told, rules, options) * 1000
      const servesUntil = freshUntil + rules.staleSeconds * 1000
      return { body, contentType: answer.headers.get('content-type'), freshUntil, servesUntil }
    })
  }
}

/** Never so short that we become a flood, never so long that a withdrawn key lives on. */
function lifetimeSeconds(told: number | undefined, rules: PurposeRules, options: OutboundOptions): number {
  if (rules.keep === 'never') return 0
  if (rules.keep === 'briefly') return BRIEFLY_SECONDS
  return Math.min(Math.max(told ?? options.cacheDefaultSeconds, options.cacheMinimumSeconds), options.cacheMaximumSeconds)
}
