import { rootCertificates } from 'node:tls'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import type { Boundary } from './boundary.ts'
import { checkedLookup } from './checked-lookup.ts'
import type { OutboundOptions } from './options.ts'
import type { ResolveName } from './resolve-name.ts'
import type { Throttle } from './throttle.ts'

/** The only sockets of the room. */
export interface Dispatchers {
  for(url: URL): Dispatcher
  destroy(): Promise<void>
}

export interface Resolvers {
  readonly strangers: ResolveName
  readonly listed: ResolveName
}

// Long enough for a burst, short enough that a changed DNS answer is soon asked for.
const IDLE_MILLISECONDS = 4000

export interface DispatcherParts {
  readonly boundary: Boundary
  readonly throttle: Throttle
  readonly resolvers: Resolvers
}

export function createDispatchers(options: OutboundOptions, { boundary, throttle, resolvers }: DispatcherParts): Dispatchers {
  const agent = (resolveName: ResolveName, isListed: boolean): Dispatcher => {
    const permits = (address: string): boolean => boundary.permits(address, isListed)
    const lookup = checkedLookup(resolveName, { permits, count: throttle.countConnection })
    return new Agent({ ...limits(options), connect: { ...tlsLimits(options), lookup, autoSelectFamily: true } })
  }
  const strangers = agent(resolvers.strangers, false)
  const listed = agent(resolvers.listed, true)
  const outside = options.proxyUrl === undefined ? strangers : createProxyAgent(options, options.proxyUrl)
  const all = new Set([strangers, listed, outside])

  return {
    for: (url) => (boundary.isListed(url) ? listed : outside),
    destroy: async () => {
      await Promise.all([...all].map((dispatcher) => dispatcher.destroy()))
    },
  }
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
