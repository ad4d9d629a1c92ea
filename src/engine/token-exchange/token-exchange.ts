import { errors } from 'oidc-provider'
import { tokenExchangeGrant } from '../../registration/index.ts'
import { type Context, runtimeOf } from '../runtime.ts'
import { endExchangesWithOrigins } from '../seam/seam-grants.ts'
import { proveKeys } from '../seam/seam-token-requests.ts'
import { checkHolder } from '../tokens/check-holder.ts'
import { permitAgent } from './exchange-agent.ts'
import { exchangeEvent, recordRefusal } from './exchange-audit.ts'
import { findDestination } from './exchange-destination.ts'
import { isStanding, type Place } from './exchange-origin.ts'
import { permitExchange } from './exchange-permission.ts'
import { exchangeParameters, type IssuableType, readExchange, typeName } from './exchange-request.ts'
import { findTarget, type Target } from './exchange-target.ts'
import { issueIdentityAssertion } from './identity-assertion.ts'
import { issueExchangedToken } from './issue-exchanged-token.ts'
import { readPresented } from './presented-token.ts'

/** RFC 8693. What was exchanged before ends with its origin also where no more is exchanged now. */
export function serveTokenExchange(place: Place): void {
  const { provider, realm } = place
  endExchangesWithOrigins(provider, (exchange) => isStanding(place, exchange))
  if (!realm.capabilities.grantTypes.includes(tokenExchangeGrant)) return
  provider.registerGrantType(tokenExchangeGrant, exchangeToken, exchangeParameters, ['audience', 'resource'])
}

async function exchangeToken(ctx: Context): Promise<void> {
  try {
    await exchange(ctx)
  } catch (error) {
    if (error instanceof errors.OIDCProviderError) recordRefusal(ctx, error)
    throw error
  }
}

async function exchange(ctx: Context): Promise<void> {
  const { realm } = runtimeOf(ctx)
  const request = readExchange(ctx)
  const keys = await proveKeys(ctx)
  if (request.requested === 'id-jag') return issueIdentityAssertion(ctx, request, keys)
  const subject = await readPresented(ctx, request.subject)
  const actor = request.actor === undefined ? undefined : await readPresented(ctx, request.actor)
  const brought = actor === undefined ? [subject] : [subject, actor]
  for (const { confirmation } of brought) {
    checkHolder(ctx, confirmation, keys, (problem) => new errors.InvalidRequest(`the token ${problem}`))
  }
  const client_id = ctx.oidc.client?.clientId ?? ''
  const acting = await permitAgent(ctx, subject, await findDestination(ctx, subject))
  const { agent } = acting
  const parties = { client_id, issuer: realm.issuer, subject, ...(actor && { actor }), ...(agent && { agent }) }
  const delegation = permitExchange(parties, realm.tokenExchange)
  const target = await findTarget(ctx, subject, acting)
  checkFormat(request.requested, target)
  await issueExchangedToken(ctx, {
    ...{ gty: tokenExchangeGrant, brought, subject, delegation, target, keys },
    lifetimeSeconds: realm.tokenExchange.lifetimeSeconds,
    issuedTokenType: typeName(request.requested),
    eventOf: (token, exp) => exchangeEvent(ctx, { subject, delegation, acting, target, token, exp }),
  })
}

function checkFormat(requested: IssuableType, { resourceServer }: Target): void {
  if (requested !== 'jwt' || resourceServer?.accessTokenFormat === 'jwt') return
  throw new errors.InvalidRequest('tokens for this audience are not JWTs; leave requested_token_type out')
}
