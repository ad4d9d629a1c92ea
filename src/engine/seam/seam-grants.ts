import type { AccessToken, Client, Grant, Provider, ResourceServerInstance } from 'oidc-provider'
import type { AssertionUse } from '../../registration/index.ts'

/** What a token was made from, so that it ends when that does. */
export type Origin =
  | { readonly kind: 'jwt'; readonly jti: string; readonly client_id: string; readonly grantId?: string }
  /** The token itself, sealed: nothing else finds it again. */
  | { readonly kind: 'opaque'; readonly sealed: string }
  /** An ID token is not revoked; what its person allowed its client is. */
  | { readonly kind: 'consent'; readonly client_id: string; readonly accountId: string }
  /** The person that it speaks about. */
  | { readonly kind: 'account'; readonly accountId: string }
  | ForeignOrigin

/** The word of somebody else counts for as long as it is trusted, and as what it comes from in another realm of this server. */
export interface ForeignOrigin {
  readonly kind: 'foreign'
  /** The id of the entry, and whom it was about. */
  readonly assertionIssuer: string
  readonly issuer: string
  readonly use: AssertionUse
  /** Who brought it. */
  readonly client_id: string
  readonly there?: { readonly realm: string; readonly origins: readonly Origin[] }
}

/** The token itself, and the person whom it speaks about. */
export function originsOf({ origin, accountId }: { readonly origin: Origin; readonly accountId?: string }): readonly Origin[] {
  return accountId === undefined ? [origin] : [origin, { kind: 'account', accountId }]
}

/** What the grant of an exchanged token has besides the engine's members. */
export interface Exchange {
  readonly origins: readonly Origin[]
  /** How many exchanges led to it. */
  readonly depth: number
}

type ExchangeGrant = Grant & { readonly exchange?: Exchange }

export function exchangeOf(grant: Grant | undefined): Exchange | undefined {
  return (grant as ExchangeGrant | undefined)?.exchange
}

export interface GrantSketch {
  readonly accountId: string | undefined
  readonly clientId: string
  readonly exp: number
  readonly exchange: Exchange
}

export interface ApplicationSketch {
  /** Its `client_id`. */
  readonly application: string
  readonly scopes: readonly string[]
  readonly alg: string
  readonly lifetimeSeconds: number
}

/** The engine makes tokens for resources; a client that tokens are made for looks like one. */
export function newApplicationAsResource(
  provider: Provider,
  { application, scopes, alg, lifetimeSeconds }: ApplicationSketch,
): ResourceServerInstance {
  return new provider.ResourceServer(application, {
    audience: application,
    scope: scopes.join(' '),
    accessTokenFormat: 'jwt',
    accessTokenTTL: lifetimeSeconds,
    jwt: { sign: { alg: alg as 'ES256' } },
  })
}

/** A client may be whom a token speaks about, and then there is no account. */
export function newExchangeGrant(provider: Provider, { accountId, clientId, ...more }: GrantSketch): Grant {
  const grant = new provider.Grant({ clientId, ...(accountId === undefined ? {} : { accountId }) })
  // Named before it is saved: the token, which names it, is saved first.
  const { generateTokenId } = grant as unknown as { generateTokenId(): string }
  return Object.assign(grant, { jti: generateTokenId.call(grant) }, more)
}

export interface TokenSketch {
  readonly client: Client
  readonly accountId: string | undefined
  readonly grantId: string
  readonly gty: string
  readonly scope: string | undefined
  readonly exp: number
  readonly expiresIn: number
}

export function newExchangedToken(provider: Provider, sketch: TokenSketch): AccessToken {
  return new provider.AccessToken({ ...sketch, accountId: sketch.accountId as string })
}

/**
 * Everything that looks at a token looks at its grant: introspection, userinfo, our own endpoints, the next exchange. So the
 * grant of an exchanged token is found only while what it was made from stands.
 */
export function endExchangesWithOrigins(provider: Provider, isStanding: (exchange: Exchange) => Promise<boolean>): void {
  const model = provider.Grant
  const members = model.IN_PAYLOAD
  Object.defineProperty(model, 'IN_PAYLOAD', { get: () => [...members, 'exchange'] })
  const find = model.find.bind(model) as (id: string, options?: object) => Promise<Grant | undefined>
  model.find = async function findStanding(id: string, options?: object) {
    const grant = await find(id, options)
    const exchange = exchangeOf(grant)
    return exchange === undefined || (await isStanding(exchange)) ? grant : undefined
  } as typeof model.find
}
