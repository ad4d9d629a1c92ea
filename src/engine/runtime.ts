import type { IncomingMessage } from 'node:http'
import type { JWTVerifyGetKey } from 'jose'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { InspectedToken, JsonObject, Realm } from '../registration/index.ts'
import type { EnginePorts } from './ports.ts'

/** One realm as it is served: a snapshot of its settings and keys, and the provider made from them. */
export interface Runtime {
  readonly realm: Realm
  readonly ports: EnginePorts
  readonly provider: Provider
  /** Finds the published key that a token of ours names. */
  readonly verificationKeys: JWTVerifyGetKey
}

/** What the caller of `handle` tells about a request. */
export interface RequestFacts {
  /** The absolute URL under which the endpoint was called, where that is not the one in discovery. */
  readonly alias?: string
  readonly requestId?: string
  /** Where the request came from, as trusted proxies say. */
  readonly address?: string
  /** What discovery tells otherwise in the dialect of the request. */
  readonly discovery?: JsonObject
  /** How introspection goes in the dialect of the request. */
  readonly introspection?: DialectIntrospection
}

export interface DialectIntrospection {
  /** Who is registered for it may ask about every token; others about their own, and about those that were made for them. */
  readonly scopeForAll: string
  /** What an answer about a live token holds besides. */
  readonly members: (token: InspectedToken) => JsonObject
}

export type Context = KoaContextWithOIDC
export type Step = (ctx: Context, next: () => Promise<void>) => Promise<void>

const runtimes = new WeakMap<Provider, Runtime>()
const facts = new WeakMap<IncomingMessage, RequestFacts>()

export function registerRuntime(runtime: Runtime): Runtime {
  runtimes.set(runtime.provider, runtime)
  return runtime
}

export function runtimeOf(ctx: Context): Runtime {
  const runtime = runtimes.get(ctx.oidc.provider)
  if (runtime === undefined) throw new Error('a provider is served that was not built here')
  return runtime
}

export function rememberRequest(request: IncomingMessage, about: RequestFacts): void {
  facts.set(request, about)
}

export function factsOf(request: IncomingMessage): RequestFacts {
  return facts.get(request) ?? {}
}

/** A request parameter that is one string; the engine's parameters are whatever was sent. */
export function parameter(ctx: Context, name: string): string | undefined {
  const value = ctx.oidc.params?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function words(value: unknown): readonly string[] {
  return typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : []
}

/** What a JWT lets see: a client that speaks for itself, under nobody's grant, got it by client credentials. */
export function ownGrantType(claims: JsonObject, grantId: string | undefined): string | undefined {
  return claims['sub'] === claims['client_id'] && grantId === undefined ? 'client_credentials' : undefined
}
