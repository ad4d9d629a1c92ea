import { getDomain, getPublicSuffix } from 'tldts'

/**
 * The part of a host that somebody registered: `example.co.uk` of `www.example.co.uk`. Private suffixes count, since whoever
 * registers `a.github.io` says nothing for `b.github.io`. Undefined for addresses and for public suffixes themselves.
 */
export function registrableDomain(host: string): string | undefined {
  return getDomain(host, { allowPrivateDomains: true, validateHostname: false }) ?? undefined
}

/** Whether anybody can register names right below it, as below `com`, `co.uk` and `github.io`. */
export function isPublicSuffix(host: string): boolean {
  return getPublicSuffix(host, { allowPrivateDomains: true, validateHostname: false }) === host
}
