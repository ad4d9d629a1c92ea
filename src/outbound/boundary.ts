import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { OutboundOptions } from './options.ts'
import { OutboundFailure } from './outbound-failure.ts'

/** What may be reached. A URL is admitted before any name is resolved, an address before any connection is opened. */
export interface Boundary {
  /** @throws OutboundFailure */
  admitUrl(url: string): URL
  /** Whether the operator listed the origin by name: it may then lie anywhere. */
  isListed(url: URL): boolean
  permits(address: string, isListed: boolean): boolean
}

type Address = ReturnType<typeof ipaddr.process>
type Network = ReturnType<typeof ipaddr.parseCIDR>

// Longer ones are nobody's key set, and every one of them is a key of our cache.
const URL_LENGTH_MAX = 2048
const developmentRanges: readonly string[] = ['loopback', 'private', 'uniqueLocal']
const globalUnicast = ipaddr.parseCIDR('2000::/3')

export function createBoundary(options: OutboundOptions, development: boolean): Boundary {
  const listedOrigins = new Set(options.allowedOrigins.map((origin) => new URL(origin).origin))
  const allowedNetworks = options.allowedNetworks.map((network) => ipaddr.parseCIDR(network))
  const deniedNetworks = options.deniedNetworks.map((network) => ipaddr.parseCIDR(network))
  const deniedHosts = options.deniedHosts.map((host) => host.toLowerCase())

  const isListed = (url: URL): boolean => listedOrigins.has(url.origin)

  const permits = (text: string, listed: boolean): boolean => {
    const address = parseAddress(text)
    if (address === undefined || isWithin(address, deniedNetworks)) return false
    if (listed || isWithin(address, allowedNetworks) || isGlobal(address)) return true
    return development && developmentRanges.includes(address.range())
  }

  const admitUrl = (text: string): URL => {
    const url = parseUrl(text)
    const host = url.hostname
    if (deniedHosts.some((denied) => host === denied || host.endsWith(`.${denied}`))) throw refused('the host is denied')
    if (!isListed(url)) checkScheme(url, options.ports, development)
    const literal = host.replace(/^\[|\]$/g, '')
    if (isIP(literal) !== 0 && !permits(literal, isListed(url))) throw refused(`the address ${literal} is not permitted`)
    return url
  }

  return { admitUrl, isListed, permits }
}

function parseUrl(text: string): URL {
  if (text.length > URL_LENGTH_MAX) throw refused('the URL is too long')
  // The URL parser would repair these silently; two parsers that differ are how guards are passed.
  if (/[\s\\]/.test(text)) throw refused('the URL holds white space or a backslash')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw refused('the text is no absolute URL')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(`the scheme ${url.protocol} is not served`)
  if (url.username !== '' || url.password !== '') throw refused('the URL carries credentials')
  // Another spelling of the same host, which would count apart from it in every limit.
  if (url.hostname.endsWith('.')) throw refused('the host ends with a dot')
  return url
}

function checkScheme(url: URL, ports: readonly number[], development: boolean): void {
  if (development) return
  if (url.protocol !== 'https:') throw refused('the scheme is not https')
  if (!ports.includes(Number(url.port || '443'))) throw refused(`the port ${url.port || '443'} is not listed`)
}

/** `::ffff:a.b.c.d` is judged as the IPv4 address that the connection would go to. */
function parseAddress(text: string): Address | undefined {
  // The library reads `::a.b.c.d` as if it were the same, which no socket does.
  return ipaddr.isValid(text) && !/^::\d+\./.test(text) ? ipaddr.process(text) : undefined
}

/** IPv6 beyond 2000::/3 is not assigned to anybody; within it, as in IPv4, the special-use ranges are taken out. */
function isGlobal(address: Address): boolean {
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || isWithin(address, [globalUnicast]))
}

function isWithin(address: Address, networks: readonly Network[]): boolean {
  return networks.some((network) => network[0].kind() === address.kind() && address.match(network))
}

function refused(internal: string): OutboundFailure {
  return new OutboundFailure('refused', internal)
}
