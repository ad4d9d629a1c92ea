import { createBoundedCache } from '../bounded-cache.ts'
import type { GuardedFetch, OutboundEvent } from '../create-fetch.ts'
import { createGate } from '../gate.ts'
import type { OutboundOptions } from '../options.ts'
import { readImageHeader } from './image-header.ts'
import { rasterize } from './rasterize.ts'

export interface Logos {
  /** A PNG of at most 128 × 128 made by us from what `uri` gave, or nothing. Cached; never throws. */
  find(uri: string): Promise<Uint8Array | undefined>
}

interface Remembered {
  readonly png: Uint8Array | undefined
  readonly until: number
}

// A larger picture is no logo, and decoding one takes memory by its area, whatever its file weighs.
const PIXELS_PER_SIDE_MAX = 2048
const limits = { atOnceMax: 2, atOncePerKeyMax: 2, queueMax: 32 }
const WAIT_MAX_MILLISECONDS = 20_000

export interface LogoParts {
  readonly fetch: GuardedFetch
  readonly record: (event: OutboundEvent) => void
  readonly now: () => number
}

export function createLogos(options: OutboundOptions, { fetch, record, now }: LogoParts): Logos {
  const remembered = createBoundedCache<Remembered>(options.cacheBytesMax, ({ png }) => png?.byteLength ?? 0)
  const underWay = new Map<string, Promise<Uint8Array | undefined>>()
  const gate = createGate(limits)

  const make = async (uri: string): Promise<Uint8Array> => {
    const answer = await fetch('logo', uri)
    const bytes = new Uint8Array(await answer.arrayBuffer())
    try {
      const header = readImageHeader(bytes)
      if (header === undefined || !isSmall(header.width) || !isSmall(header.height)) throw new Error('no picture that is taken')
      return await gate.run('', AbortSignal.timeout(WAIT_MAX_MILLISECONDS), () => rasterize(bytes, header))
    } catch (error) {
      record({ purpose: 'logo', outcome: 'failed', origin: new URL(uri).origin, internal: `no logo: ${String(error)}` })
      throw error
    }
  }

  const remember = async (uri: string): Promise<Uint8Array | undefined> => {
    // A page without a logo is still a page: whatever went wrong, there is none.
    const png = await make(uri).catch(() => undefined)
    const seconds = png === undefined ? options.failureCacheSeconds : options.cacheMaximumSeconds
    remembered.keep(uri, { png, until: now() + seconds * 1000 })
    return png
  }

  return {
    find: (uri) => {
      const known = remembered.find(uri)
      if (known !== undefined && known.until > now()) return Promise.resolve(known.png)
      const current = underWay.get(uri) ?? remember(uri).finally(() => underWay.delete(uri))
      underWay.set(uri, current)
      return current
    },
  }
}

function isSmall(side: number): boolean {
  return side > 0 && side <= PIXELS_PER_SIDE_MAX
}
