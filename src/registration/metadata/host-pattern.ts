import { isPublicSuffix } from './registrable-domain.ts'

/** Whether a host is the one that is named, or with `*.example.com` lies anywhere below it; case means nothing (RFC 4343). */
export function matchesHost(host: string, pattern: string): boolean {
  const name = host.toLowerCase()
  const wanted = pattern.toLowerCase()
  if (!wanted.startsWith('*.')) return name === wanted
  return isHostPattern(pattern) && name.length > wanted.length - 1 && name.endsWith(wanted.slice(1))
}

/**
 * A host name in ASCII, an IP address (IPv6 in brackets), or `*.` with a domain that somebody has registered: below a public
 * suffix everybody could get a host.
 */
export function isHostPattern(pattern: string): boolean {
  const name = pattern.toLowerCase()
  if (/^\[[0-9a-f:.]+\]$/.test(name)) return true
  const isWildcard = name.startsWith('*.')
  const base = isWildcard ? name.slice(2) : name
  const isName = base.length <= 253 && base.split('.').every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
  return isName && !(isWildcard && (isPublicSuffix(base) || isAddress(base)))
}

function isAddress(host: string): boolean {
  return /^[0-9.]+$/.test(host)
}
