import type { Features } from '../registration/index.ts'
import type { Dialect } from './dialects/dialect.ts'

/** A path of the standard dialect, relative to the issuer, and what may be done with it. */
export interface Endpoint {
  readonly path: string
  readonly methods: readonly string[]
  /** Whether scripts of any origin may call it, without credentials (OIDR-DISC-10, SEC-BB-05). Never a page that people see. */
  readonly isOpenToScripts: boolean
  /** Without it the endpoint does not exist in the realm. */
  readonly feature?: keyof Features
  /** Failed client authentication shows here as 401, and is counted. */
  readonly authenticatesClients?: true
}

const get = ['GET', 'HEAD']
const post = ['POST']
const getAndPost = ['GET', 'HEAD', 'POST']
const page = { isOpenToScripts: false } as const
const open = { isOpenToScripts: true } as const
const machine = { isOpenToScripts: true, authenticatesClients: true } as const

export const registrationEndpoint: Endpoint = { path: '/register', methods: post, ...open }

export const configurationEndpoint: Endpoint = {
  path: '/register/:client_id',
  methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
  ...open,
}

/** Metadata of protected resources (RFC 9728), below the issuer; the well-known address leads here. */
export const resourceMetadataEndpoint: Endpoint = { path: '/protected-resources/:id', methods: get, ...open }
/** Of dialects alone (`inspection`): what tokens say, told to whoever holds them. */
export const tokenInfoPath = '/tokeninfo'
export const idTokenInfoPath = '/idtokeninfo'
export const tokenInfoEndpoint: Endpoint = { path: tokenInfoPath, methods: ['GET'], ...machine }
export const idTokenInfoEndpoint: Endpoint = { path: idTokenInfoPath, methods: post, ...machine }

/** Where the engine answers. Design §2 gives the paths; those below them are the engine's own. */
export const engineEndpoints: readonly Endpoint[] = [
  { path: '/.well-known/openid-configuration', methods: get, ...open },
  { path: '/.well-known/oauth-authorization-server', methods: get, ...open },
  { path: '/jwks', methods: get, ...open },
  { path: '/userinfo', methods: getAndPost, ...open },
  { path: '/token', methods: post, ...machine },
  { path: '/introspect', methods: post, ...machine, feature: 'introspection' },
  { path: '/revoke', methods: post, ...machine, feature: 'revocation' },
  { path: '/par', methods: post, ...machine, feature: 'pushedAuthorizationRequests' },
  { path: '/device_authorization', methods: post, ...machine, feature: 'deviceFlow' },
  { path: '/backchannel', methods: post, isOpenToScripts: false, authenticatesClients: true, feature: 'ciba' },
  { path: '/authorize', methods: getAndPost, ...page },
  { path: '/authorize/:uid', methods: get, ...page },
  { path: '/device', methods: getAndPost, ...page, feature: 'deviceFlow' },
  { path: '/device/:uid', methods: get, ...page, feature: 'deviceFlow' },
  { path: '/logout', methods: getAndPost, ...page },
  { path: '/logout/confirm', methods: post, ...page },
  { path: '/logout/success', methods: get, ...page },
]

const endpoints = [
  registrationEndpoint,
  configurationEndpoint,
  resourceMetadataEndpoint,
  tokenInfoEndpoint,
  idTokenInfoEndpoint,
  ...engineEndpoints,
]

/** The endpoint at a path of the standard dialect, whatever the method. */
export function endpointAt(path: string): Endpoint | undefined {
  const segments = path.split('/')
  return endpoints.find(({ path: pattern }) => isMatch(pattern.split('/'), segments))
}

export function isEndpoint(path: string): boolean {
  return endpointAt(path) !== undefined
}

/** What `Allow` tells about an endpoint. Scripts send `OPTIONS` first, whether a vendor speaks about it or not. */
export function allowedMethods({ methods, isOpenToScripts }: Endpoint, { errors }: Dialect): readonly string[] {
  return isOpenToScripts && errors.allowsOptions ? [...methods, 'OPTIONS'] : methods
}

function isMatch(pattern: readonly string[], segments: readonly string[]): boolean {
  return pattern.length === segments.length && pattern.every((part, index) => part.startsWith(':') || part === segments[index])
}
