import { authoritiesKey } from './authorities-key.ts'
import { createBoundedCache } from './bounded-cache.ts'
import { createDownload, type FetchedDocument } from './download.ts'
import type { OutboundOptions } from './options.ts'
import { asOutboundFailure, OutboundFailure } from './outbound-failure.ts'
import { BRIEFLY_SECONDS, type Purpose, purposeRules } from './purposes.ts'
import type { Transport } from './transport.ts'

export interface FoundDocument extends FetchedDocument {
  readonly outcome: 'fetched' | 'cached' | 'stale'
  /** Why an old one had to do. */
  readonly failure?: OutboundFailure
}

export interface WantedDocument {
  readonly purpose: Purpose
  readonly url: string
  readonly authorities: readonly string[]
}

/** What URLs gave, remembered within bounds. */
export interface Documents {
  /** @throws OutboundFailure */
  find(wanted: WantedDocument, reload: boolean): Promise<FoundDocument>
}

/** Of a URL for one purpose: the last good answer, the last failure, or both. Times in milliseconds. */
interface Memory {
  readonly document?: FetchedDocument
  readonly failure?: OutboundFailure
  readonly failedUntil: number
  readonly reloadedAt: number
}

interface Parts {
  readonly transport: Transport
  readonly now: () => number
}

const nothing: Memory = { failedUntil: 0, reloadedAt: Number.NEGATIVE_INFINITY }

export function createDocuments(options: OutboundOptions, { transport, now }: Parts): Documents {
  const rules = purposeRules(options)
  const download = createDownload(options, transport, now)
  const memories = createBoundedCache<Memory>(options.cacheBytesMax, ({ document }) => document?.body.byteLength ?? 0)
  const underWay = new Map<string, Promise<FetchedDocument>>()
  const recall = (key: string): Memory => memories.find(key) ?? nothing

  const renew = async ({ purpose, url, authorities }: WantedDocument, key: string): Promise<FetchedDocument> => {
    try {
      const document = await download(rules[purpose], url, authorities)
      if (rules[purpose].keep !== 'never') memories.keep(key, { ...recall(key), document, failedUntil: 0 })
      return document
    } catch (error) {
      const failure = asOutboundFailure(error)
      const seconds = Math.min(
        options.failureCacheSeconds,
        rules[purpose].keep === 'briefly' ? BRIEFLY_SECONDS : Number.POSITIVE_INFINITY,
      )
      // Our own limits say nothing about the URL: as soon as there is room again it may be asked.
      if (failure.kind === 'limited') throw failure
      memories.keep(key, { ...recall(key), failure: withoutCauses(failure), failedUntil: now() + seconds * 1000 })
      throw failure
    }
  }

  /** However many ask for a document at once, it is fetched once. */
  const renewOnce = (wanted: WantedDocument, key: string): Promise<FetchedDocument> => {
    const started = underWay.get(key) ?? renew(wanted, key).finally(() => underWay.delete(key))
    underWay.set(key, started)
    return started
  }

  /** An unknown key id is a reason to ask again at once, but not every time somebody makes one up (SEC-JWK-07). */
  const mayReload = ({ document, reloadedAt }: Memory): boolean =>
    document !== undefined && now() - reloadedAt >= options.reloadIntervalSeconds * 1000

  const makeDo = ({ document }: Memory, failure: OutboundFailure): FoundDocument => {
    if (document === undefined || document.servesUntil <= now()) throw failure
    return { ...document, outcome: 'stale', failure }
  }

  return {
    find: async (wanted, reload) => {
      const key = keyOf(wanted)
      const memory = recall(key)
      const reloads = reload && mayReload(memory)
      if (memory.document !== undefined && memory.document.freshUntil > now() && !reloads)
        return { ...memory.document, outcome: 'cached' }
      if (memory.failure !== undefined && memory.failedUntil > now()) return makeDo(memory, memory.failure)
      if (reloads) memories.keep(key, { ...memory, reloadedAt: now() })
      try {
        return { ...(await renewOnce(wanted, key)), outcome: 'fetched' }
      } catch (error) {
        return makeDo(memory, asOutboundFailure(error))
      }
    },
  }
}

/** What one realm's authorities vouch for is not what another's do. */
function keyOf({ purpose, url, authorities }: WantedDocument): string {
  return `${purpose} ${authoritiesKey(authorities)} ${url}`
}

const INTERNAL_LENGTH_MAX = 300

/** Causes hold sockets, answers and stacks: a remembered failure must be small. */
function withoutCauses(failure: OutboundFailure): OutboundFailure {
  return new OutboundFailure(failure.kind, `failed before: ${failure.internal.slice(0, INTERNAL_LENGTH_MAX)}`)
}
