import { uriCharactersMax } from './ceilings.ts'

export interface ParsedUri {
  /** Lower case. */
  readonly scheme: string
  /** Lower case; IPv6 in brackets. Present where the URI has an authority. */
  readonly host?: string
  readonly port?: string
  readonly path: string
  readonly fragment?: string
}

/**
 * An absolute URI read by the letter of RFC 3986, or what is wrong with it as the rest of a sentence. Stricter than a
 * browser on purpose: whatever two parsers could read in two ways is refused (DCR-RU-09, SEC-RU-03), so for web URIs the
 * platform's parser must agree with ours on every part.
 */
export function parseUri(raw: string): ParsedUri | string {
  const known = recent.get(raw)
  if (known !== undefined) return known
  const parsed = parse(raw)
  // A dozen checks and policies ask about the same few addresses one after the other.
  if (recent.size >= recentMax) recent.clear()
  recent.set(raw, parsed)
  return parsed
}

const recent = new Map<string, ParsedUri | string>()
const recentMax = 256

function parse(raw: string): ParsedUri | string {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(raw)?.[1]
  if (scheme === undefined) return 'must be an absolute URI with a scheme'
  const problem = characterProblem(raw)
  if (problem !== undefined) return problem
  const uri = split(raw, scheme)
  if (hasDotSegment(uri.path)) return 'must not have . or .. segments in its path'
  if (uri.authority?.includes('@')) return 'must not have a user name or password'
  return uri.scheme === 'https' || uri.scheme === 'http' ? parseWebUri(raw, uri) : withoutAuthority(uri)
}

/** `http` and `https` are the only schemes whose host means a host of the network. */
export function isWebUri({ scheme }: ParsedUri): boolean {
  return scheme === 'https' || scheme === 'http'
}

export function isLoopbackHost(host: string | undefined): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]'
}

/** The port that is connected to, written or not. */
export function effectivePort({ scheme, port }: ParsedUri): string {
  return port ?? (scheme === 'https' ? '443' : '80')
}

interface SplitUri extends ParsedUri {
  readonly authority?: string
}

function characterProblem(raw: string): string | undefined {
  if (raw.length > uriCharactersMax) return `must not be longer than ${uriCharactersMax} characters`
  if (!/^[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]*$/.test(raw)) {
    return 'must consist of the characters of RFC 3986: no spaces, control characters, backslashes or non-ASCII; host names in punycode'
  }
  if (/%(?![0-9A-Fa-f]{2})/.test(raw)) return 'must have two hexadecimal digits after each percent sign'
  if (/%(?:[01][0-9A-Fa-f]|7[Ff])/.test(raw)) return 'must not contain encoded control characters'
  return undefined
}

function split(raw: string, scheme: string): SplitUri {
  const [beforeFragment, fragment] = cut(raw.slice(scheme.length + 1), '#')
  const [beforeQuery] = cut(beforeFragment, '?')
  const hasAuthority = beforeQuery.startsWith('//')
  const end = beforeQuery.indexOf('/', 2)
  const authority = hasAuthority ? beforeQuery.slice(2, end < 0 ? undefined : end) : undefined
  return {
    scheme: scheme.toLowerCase(),
    path: authority === undefined ? beforeQuery : beforeQuery.slice(2 + authority.length),
    ...(authority === undefined ? {} : { authority }),
    ...(fragment === undefined ? {} : { fragment }),
  }
}

function cut(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function hasDotSegment(path: string): boolean {
  return path.split('/').some((segment) => /^(?:\.|%2[Ee]){1,2}$/.test(segment))
}

function withoutAuthority({ authority: host, ...uri }: SplitUri): ParsedUri {
  return host === undefined || host === '' ? uri : { ...uri, host: host.toLowerCase() }
}

function parseWebUri(raw: string, { authority = '', ...uri }: SplitUri): ParsedUri | string {
  const { host, port } =
    /^(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?<port>[1-9][0-9]{0,4}))?$/.exec(authority)?.groups ?? {}
  if (host === undefined) return 'must have a host name or IP address after //, optionally with a port, and no wildcard'
  const parsed = { ...uri, host: host.toLowerCase(), ...(port === undefined ? {} : { port }) }
  if (/[[\]]/.test(uri.path) || !isHostName(parsed.host)) return 'must have a well-formed host name and path'
  return isSeenAlike(raw, parsed) ? parsed : 'must be written so that every parser reads the same host, port and path'
}

function isHostName(host: string): boolean {
  return host.startsWith('[') || (host.length <= 253 && host.split('.').every((label) => label !== '' && label.length <= 63))
}

/** Numbers that parsers turn into addresses, unusual IPv6 spellings and bad punycode all show here. */
function isSeenAlike(raw: string, { scheme, host = '', port, path }: ParsedUri): boolean {
  if (!URL.canParse(raw)) return false
  const seen = new URL(raw)
  const isDefaultPort = port === (scheme === 'https' ? '443' : '80')
  return (
    seen.protocol === `${scheme}:` &&
    seen.hostname === host &&
    seen.port === (isDefaultPort ? '' : (port ?? '')) &&
    seen.username === '' &&
    seen.password === '' &&
    seen.pathname === (path === '' ? '/' : path)
  )
}
