import { type AccessToken, errors } from 'oidc-provider'
import type { AuditEvent } from '../../registration/index.ts'
import { certificateOf } from '../clients/client-certificates.ts'
import { type Context, runtimeOf } from '../runtime.ts'
import { newExchangedToken, newExchangeGrant, originsOf } from '../seam/seam-grants.ts'
import { type HeldKeys, sendTokenResponse } from '../seam/seam-token-requests.ts'
import { saveWithEvent } from '../tokens/grant-events.ts'
import { tellAudiences, tellInToken } from '../tokens/token-claims.ts'
import type { Delegation } from './exchange-permission.ts'
import type { Target } from './exchange-target.ts'
import type { LiveToken } from './live-token.ts'

export interface Exchanged {
  readonly gty: string
  /** Subject and actor: the new token ends with either. */
  readonly brought: readonly LiveToken[]
  readonly subject: LiveToken
  readonly delegation: Delegation
  readonly target: Target
  readonly keys: HeldKeys
  /** The longest life of a new token. */
  readonly lifetimeSeconds: number
  /** RFC 8693 §2.2.1; absent in every other grant. */
  readonly issuedTokenType?: string
  /** Recorded with the token. */
  readonly eventOf?: (token: AccessToken, exp: number) => AuditEvent
}

/** A token made from others: under a grant of its own, that ends with them. */
export async function issueExchangedToken(ctx: Context, exchanged: Exchanged): Promise<void> {
  const { brought, subject, delegation, target, keys } = exchanged
  const { client, provider } = ctx.oidc
  if (client === undefined) throw new Error('the engine serves a grant without a client')
  const { resourceServer, scopes } = target
  const { accountId } = subject
  const life = lifeOf(ctx, exchanged)
  const exchange = { origins: brought.flatMap(originsOf), depth: subject.depth + 1 }
  const grant = newExchangeGrant(provider, { accountId, clientId: client.clientId, exp: life.exp, exchange })
  if (resourceServer === undefined) grant.addOIDCScope([...scopes])
  else grant.addResourceScope(resourceServer.identifier(), [...scopes])
  const scope = scopes.length === 0 ? undefined : scopes.join(' ')
  const token = newExchangedToken(provider, {
    ...{ client, accountId, scope, ...life },
    grantId: grant.jti,
    gty: exchanged.gty,
  })
  if (resourceServer !== undefined) token.resourceServer = resourceServer
  tellInToken(token, { ...delegation, ...(accountId === undefined ? { sub: subject.sub } : {}) })
  const isCertificateBound = brought.some(({ confirmation }) => confirmation['x5t#S256'] !== undefined)
  const certificate = keys.certificate ?? (isCertificateBound ? certificateOf(ctx) : undefined)
  if (certificate !== undefined) token.setThumbprint('x5t', certificate)
  if (keys.dPoP !== undefined) token.setThumbprint('jkt', keys.dPoP.thumbprint)
  if (target.audiences !== undefined) tellAudiences(token, target.audiences)
  await sendTokenResponse(ctx, token, exchanged.issuedTokenType)
  // Last, and with it the audit event: nothing can go wrong any more, and without its grant the token is none.
  const save = () => grant.save()
  await (exchanged.eventOf === undefined ? save() : saveWithEvent(grant.jti, exchanged.eventOf(token, life.exp), save))
}

interface Life {
  readonly exp: number
  readonly expiresIn: number
}

/** No longer than what it is made from, than other tokens for the resource, and than such tokens live at all. */
function lifeOf(ctx: Context, { brought, target: { resourceServer }, lifetimeSeconds }: Exchanged): Life {
  const { tokens } = runtimeOf(ctx).realm
  const now = Math.floor(Date.now() / 1000)
  const usual = Math.min(lifetimeSeconds, resourceServer?.accessTokenTTL ?? tokens.accessTokenLifetimeSeconds)
  const exp = Math.min(now + usual, ...brought.map((token) => Math.floor(token.exp)))
  if (exp <= now) throw new errors.InvalidRequest('the token has expired')
  return { exp, expiresIn: exp - now }
}
