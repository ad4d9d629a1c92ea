import { errors } from 'oidc-provider'
import { tokenExchangeGrant } from '../registration/index.ts'
import { certificateOf } from './client-certificates.ts'
import { sha256 } from './digest.ts'
import { isStanding, type Place } from './exchange-origin.ts'
import { type Delegation, permitExchange } from './exchange-permission.ts'
import { exchangeParameters, type IssuableType, readExchange, typeName } from './exchange-request.ts'
import { findTarget, type Target } from './exchange-target.ts'
import type { LiveToken } from './live-token.ts'
import { readPresented } from './presented-token.ts'
import { type Context, runtimeOf } from './runtime.ts'
import { endExchangesWithOrigins, newExchangedToken, newExchangeGrant } from './seam-grants.ts'
import { type HeldKeys, proveKeys, sendTokenResponse } from './seam-token-requests.ts'
import { tellInToken } from './token-claims.ts'

/** RFC 8693. What was exchanged before ends with its origin also where no more is exchanged now. */
export function serveTokenExchange(place: Place): void {
  const { provider, realm } = place
  endExchangesWithOrigins(provider, (exchange) => isStanding(place, exchange))
  if (!realm.capabilities.grantTypes.includes(tokenExchangeGrant)) return
  provider.registerGrantType(tokenExchangeGrant, exchangeToken, exchangeParameters, ['audience', 'resource'])
}

async function exchangeToken(ctx: Context): Promise<void> {
  const runtime = runtimeOf(ctx)
  const { realm } = runtime
  const request = readExchange(ctx)
  const keys = await proveKeys(ctx)
  const subject = await readPresented(runtime, request.subject)
  const actor = request.actor === undefined ? undefined : await readPresented(runtime, request.actor)
  const brought = actor === undefined ? [subject] : [subject, actor]
  for (const token of brought) checkHolder(ctx, token, keys)
  const client_id = ctx.oidc.client?.clientId ?? ''
  const parties = { client_id, issuer: realm.issuer, subject, ...(actor === undefined ? {} : { actor }) }
  const delegation = permitExchange(parties, realm.tokenExchange)
  const target = await findTarget(ctx, subject)
  checkFormat(request.requested, target)
  await issue(ctx, { brought, subject, delegation, target, keys, requested: request.requested })
}

/** A token that is bound to a key is worth nothing without it, here as anywhere (RFC 9449 §7, RFC 8705 §3). */
function checkHolder(ctx: Context, { confirmation }: LiveToken, keys: HeldKeys): void {
  const { jkt, 'x5t#S256': thumbprint } = confirmation
  if (jkt !== undefined && jkt !== keys.dPoP?.thumbprint) {
    throw new errors.InvalidRequest('the token is bound to a DPoP key: send a proof that was made with it')
  }
  const certificate = certificateOf(ctx)
  if (thumbprint !== undefined && (certificate === undefined || sha256(certificate.raw) !== thumbprint)) {
    throw new errors.InvalidRequest('the token is bound to a client certificate: present it')
  }
}

function checkFormat(requested: IssuableType, { resourceServer }: Target): void {
  if (requested === 'access_token' || resourceServer?.accessTokenFormat === 'jwt') return
  throw new errors.InvalidRequest('tokens for this audience are not JWTs; leave requested_token_type out')
}

interface Exchanged {
  /** Subject and actor: the new token ends with either. */
  readonly brought: readonly LiveToken[]
  readonly subject: LiveToken
  readonly delegation: Delegation
  readonly target: Target
  readonly keys: HeldKeys
  readonly requested: IssuableType
}

async function issue(ctx: Context, { brought, subject, delegation, target, keys, requested }: Exchanged): Promise<void> {
  const { client, provider } = ctx.oidc
  if (client === undefined) throw new Error('the engine serves a grant without a client')
  const { resourceServer, scopes } = target
  const { accountId } = subject
  const life = lifeOf(ctx, brought, target)
  const exchange = { origins: brought.map(({ origin }) => origin), depth: subject.depth + 1 }
  const grant = newExchangeGrant(provider, { accountId, clientId: client.clientId, exp: life.exp, exchange })
  if (resourceServer === undefined) grant.addOIDCScope([...scopes])
  else grant.addResourceScope(resourceServer.identifier(), [...scopes])
  const scope = scopes.length === 0 ? undefined : scopes.join(' ')
  const token = newExchangedToken(provider, {
    ...{ client, accountId, scope, ...life },
    grantId: await grant.save(),
    gty: tokenExchangeGrant,
  })
  if (resourceServer !== undefined) token.resourceServer = resourceServer
  tellInToken(token, { ...delegation, ...(accountId === undefined ? { sub: subject.sub } : {}) })
  const isCertificateBound = brought.some(({ confirmation }) => confirmation['x5t#S256'] !== undefined)
  const certificate = keys.certificate ?? (isCertificateBound ? certificateOf(ctx) : undefined)
  if (certificate !== undefined) token.setThumbprint('x5t', certificate)
  if (keys.dPoP !== undefined) token.setThumbprint('jkt', keys.dPoP.thumbprint)
  await sendTokenResponse(ctx, token, typeName(requested))
}

interface Life {
  readonly exp: number
  readonly expiresIn: number
}

/** No longer than what it is made from, than other tokens for the resource, and than the realm lets any exchanged token live. */
function lifeOf(ctx: Context, brought: readonly LiveToken[], { resourceServer }: Target): Life {
  const { tokenExchange, tokens } = runtimeOf(ctx).realm
  const now = Math.floor(Date.now() / 1000)
  const usual = Math.min(tokenExchange.lifetimeSeconds, resourceServer?.accessTokenTTL ?? tokens.accessTokenLifetimeSeconds)
  const exp = Math.min(now + usual, ...brought.map((token) => token.exp))
  if (exp <= now) throw new errors.InvalidRequest('the token has expired')
  return { exp, expiresIn: exp - now }
}
