import dns from 'node:dns'

/**
 * Names below `localhost` lead to this machine (RFC 6761 §6.3). Browsers and curl know; the resolver of the C library, which
 * Node asks, need not.
 */
export function resolveLocalhostNames(): void {
  const ask = dns.lookup
  const lookup = (hostname: string, ...rest: unknown[]): void => {
    const known = hostname.endsWith('.localhost') ? '127.0.0.1' : hostname
    Reflect.apply(ask, dns, [known, ...rest])
  }
  dns.lookup = Object.assign(lookup, { __promisify__: ask.__promisify__ }) as unknown as typeof dns.lookup
}
