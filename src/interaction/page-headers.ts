import type { Realm } from '../registration/index.ts'
import { isHttps } from './cookies.ts'
import { isPrivateUse } from './display/private-scheme.ts'

export interface PageAddresses {
  /** Where a form of the page may end up after redirects; ours is always among them. */
  readonly formTargets?: readonly string[]
  readonly frames?: readonly string[]
}

/** The headers of every page (SEC-RD-10, SEC-RD-11, MCP-CON-03). */
export function pageHeaders(realm: Realm, addresses: PageAddresses = {}): Readonly<Record<string, string>> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy(addresses),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...transportHeaders(realm),
  }
}

export function transportHeaders(realm: Realm): Readonly<Record<string, string>> {
  return isHttps(realm) ? { 'strict-transport-security': 'max-age=63072000' } : {}
}

/**
 * Chromium holds a form to `form-action` through every redirect that its post leads to, up to the client's redirect
 * URI. So that goes in, as its parsed origin alone: nothing else of it can reach the header (SEC-INJ-07).
 */
export function contentSecurityPolicy({ formTargets = [], frames = [] }: PageAddresses): string {
  const frameSources = sources(frames)
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    ...(frameSources.length === 0 ? [] : [`frame-src ${frameSources.join(' ')}`]),
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action ${["'self'", ...sources(formTargets)].join(' ')}`,
  ].join('; ')
}

function sources(uris: readonly string[]): readonly string[] {
  return [...new Set(uris.map(sourceOf).filter((source) => source !== undefined))]
}

// A URL may have `;`, `,` and `*` in its host name, which mean something else in a policy.
const HOST_SOURCE = /^https?:\/\/[a-z0-9._-]+(:\d+)?$/
const IPV6_SOURCE = /^https?:\/\/\[[0-9a-f:.]+\](:\d+)?$/

function sourceOf(uri: string): string | undefined {
  if (!URL.canParse(uri)) return undefined
  const { protocol, origin } = new URL(uri)
  if (protocol !== 'https:' && protocol !== 'http:') return isPrivateUse(protocol) ? protocol : undefined
  if (HOST_SOURCE.test(origin)) return origin
  // A policy has no notation for IPv6 addresses (CSP3 §2.3.1), so their scheme has to do.
  return IPV6_SOURCE.test(origin) ? protocol : undefined
}
