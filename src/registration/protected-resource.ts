/** What access tokens are made for (RFC 8707), as the realm knows it. */
export interface ProtectedResource {
  /** What paths call it. */
  readonly id: string
  /** What `resource` of a request names, and the audience of its tokens. */
  readonly identifier: string
  /** Other names for it in requests; its tokens carry `identifier` all the same. */
  readonly aliases?: readonly string[]
  readonly name?: string
  readonly description?: string
  readonly documentation?: string
  /** Scopes of the realm. */
  readonly scopes: readonly string[]
  readonly accessTokenFormat: 'jwt' | 'opaque'
  readonly accessTokenLifetimeSeconds?: number
  readonly accessTokenSigningAlgorithm?: string
  /** How it takes bearer tokens (RFC 6750 §2). */
  readonly bearerMethods?: readonly string[]
  /** Its tokens are bound to a key or a certificate of the client, or there are none. */
  readonly boundTokens?: BoundTokens
  /** The client that it is when it introspects its tokens: nobody else may, their own clients aside. */
  readonly introspectionClient?: string
  /** Its metadata document is served here (RFC 9728). */
  readonly publishMetadata?: boolean
}

export type BoundTokens = 'optional' | 'dpop' | 'certificate' | 'any'

/** Lower-case scheme and host, no default port, and no slash that stands alone; anything else is exact (MCP-AUTH-09). */
export function canonicalResource(value: string): string {
  return lowerCasedResource(value).replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#]+)\/$/, '$1')
}

/** The same with the lone slash as it was. */
export function lowerCasedResource(value: string): string {
  const url = URL.parse(value)
  const [, authority = '', rest = ''] = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)(.*)$/s.exec(value) ?? []
  // What is read in another way than it is written (a user, a backslash, a host in other letters) is compared as it is written.
  const isPlain = url !== null && url.host !== '' && url.host === withoutDefaultPort(authority.toLowerCase(), url.protocol)
  return isPlain && !value.includes('#') ? `${url.protocol}//${url.host}${rest}` : value
}

const defaultPorts: Readonly<Record<string, string>> = { 'http:': ':80', 'https:': ':443' }

function withoutDefaultPort(authority: string, protocol: string): string {
  const port = defaultPorts[protocol]
  return port !== undefined && authority.endsWith(port) ? authority.slice(0, -port.length) : authority
}

const idLengthMax = 100

/** For one that nobody has given an id: `https://mcp.example/mcp` is `mcp.example-mcp`. */
export function resourceIdOf(identifier: string): string {
  const words = identifier.replace(/^[a-z][a-z0-9+.-]*:(?:\/\/)?/i, '').replace(/[^A-Za-z0-9._-]+/g, '-')
  return words.replace(/^[^A-Za-z0-9]+|-+$/g, '').slice(0, idLengthMax) || 'resource'
}
