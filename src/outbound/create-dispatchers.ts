import { rootCertificates } from 'node:tls'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { authoritiesKey } from './authorities-key.ts'
import type { Boundary } from './boundary.ts'
import { checkedLookup } from './checked-lookup.ts'
import type { OutboundOptions } from './options.ts'
import type { ResolveName } from './resolve-name.ts'
import type { Throttle } from './throttle.ts'

/** The only sockets of the room. */
export interface Dispatchers {
  /** `authorities`: certification authorities in PEM that are trusted besides those of the options. */
  for(url: URL, authorities: readonly string[]): Dispatcher
  destroy(): Promise<void>
}

export interface Resolvers {
  readonly strangers: ResolveName
  readonly listed: ResolveName
}

// Long enough for a burst, short enough that a changed DNS answer is soon asked for.
const IDLE_MILLISECONDS = 4000

// Each set of authorities has connections of its own; as many realms with some of their own are busy at once.
const SETS_MAX = 32

export interface DispatcherParts {
  readonly boundary: Boundary
  readonly throttle: Throttle
  readonly resolvers: Resolvers
}

interface DispatcherPair {
  readonly listed: Dispatcher
  readonly outside: Dispatcher
}

export function createDispatchers(options: OutboundOptions, parts: DispatcherParts): Dispatchers {
  const ordinary = createPair(options, parts)
  // In the order of their last use.
  const pairs = new Map<string, DispatcherPair>()

  const pairFor = (authorities: readonly string[]): DispatcherPair => {
    if (authorities.length === 0) return ordinary
    const key = authoritiesKey(authorities)
    const trustedCertificates = [...options.trustedCertificates, ...authorities]
    const pair = pairs.get(key) ?? createPair({ ...options, trustedCertificates }, parts)
    pairs.delete(key)
    pairs.set(key, pair)
    const [oldest] = pairs
    if (oldest !== undefined && pairs.size > SETS_MAX) {
      pairs.delete(oldest[0])
      // Requests that are under way end first.
      for (const dispatcher of membersOf(oldest[1])) dispatcher.close().catch(() => dispatcher.destroy())
    }
    return pair
  }

  return {
    for: (url, authorities) => {
      const { listed, outside } = pairFor(authorities)
      return parts.boundary.isListed(url) ? listed : outside
    },
    destroy: async () => {
      const all = [ordinary, ...pairs.values()].flatMap(membersOf)
      await Promise.all(all.map((dispatcher) => dispatcher.destroy()))
    },
  }
}

function membersOf({ listed, outside }: DispatcherPair): readonly Dispatcher[] {
  return [listed, outside]
}

function createPair(options: OutboundOptions, { boundary, throttle, resolvers }: DispatcherParts): DispatcherPair {
  const agent = (resolveName: ResolveName, isListed: boolean): Dispatcher => {
    const permits = (address: string): boolean => boundary.permits(address, isListed)
    const lookup = checkedLookup(resolveName, { permits, count: throttle.countConnection })
    return new Agent({ ...limits(options), connect: { ...tlsLimits(options), lookup, autoSelectFamily: true } })
  }
  const { proxyUrl } = options
  const outside = proxyUrl === undefined ? agent(resolvers.strangers, false) : createProxyAgent(options, proxyUrl)
  return { listed: agent(resolvers.listed, true), outside }
}

function createProxyAgent(options: OutboundOptions, uri: string): Dispatcher {
  return new ProxyAgent({ ...limits(options), uri, proxyTls: tlsLimits(options), requestTls: tlsLimits(options) })
}

function limits(options: OutboundOptions) {
  return {
    connections: options.requestsAtOncePerHostMax,
    maxHeaderSize: options.headerBytesMax,
    headersTimeout: options.headersTimeoutSeconds * 1000,
    bodyTimeout: options.totalTimeoutSeconds * 1000,
    keepAliveTimeout: IDLE_MILLISECONDS,
    keepAliveMaxTimeout: IDLE_MILLISECONDS,
  }
}

function tlsLimits({ trustedCertificates, connectTimeoutSeconds }: OutboundOptions) {
  const ca = trustedCertificates.length === 0 ? {} : { ca: [...rootCertificates, ...trustedCertificates] }
  return { ...ca, timeout: connectTimeoutSeconds * 1000 }
}
