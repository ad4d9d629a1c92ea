import { errors } from 'oidc-provider'
import { jwtBearerGrant } from '../../registration/index.ts'
import { type Context, runtimeOf } from '../runtime.ts'
import { proveKeys } from '../seam/seam-token-requests.ts'
import { checkHolder } from '../tokens/check-holder.ts'
import { type Acting, permitAgent } from './exchange-agent.ts'
import { exchangeEvent, recordRefusal } from './exchange-audit.ts'
import { findDestination } from './exchange-destination.ts'
import type { Place } from './exchange-origin.ts'
import type { Delegation } from './exchange-permission.ts'
import { findTarget } from './exchange-target.ts'
import { readGrantAssertion } from './grant-assertion.ts'
import { invalidGrant } from './grant-refusal.ts'
import { issueExchangedToken } from './issue-exchanged-token.ts'
import type { LiveToken } from './live-token.ts'

/** RFC 7523 §2.1, and identity assertions in it (ID-JAG). */
export function serveJwtBearerGrant({ provider, realm }: Pick<Place, 'provider' | 'realm'>): void {
  if (!realm.capabilities.grantTypes.includes(jwtBearerGrant)) return
  provider.registerGrantType(jwtBearerGrant, exchangeAssertion, ['assertion', 'scope', 'resource'], ['resource'])
}

async function exchangeAssertion(ctx: Context): Promise<void> {
  try {
    await exchange(ctx)
  } catch (error) {
    if (error instanceof errors.OIDCProviderError) recordRefusal(ctx, error, 'assertion.refused')
    throw error
  }
}

async function exchange(ctx: Context): Promise<void> {
  const keys = await proveKeys(ctx)
  const { token, verified, spend } = await readGrantAssertion(ctx)
  checkHolder(ctx, token.confirmation, keys, (problem) => invalidGrant(`assertion ${problem}`))
  const acting = await permitAgent(ctx, token, await findDestination(ctx, token))
  const target = await findTarget(ctx, token, acting)
  const delegation = delegationOf(ctx, token, acting)
  // Last of all: a request that is wrong in something else can be made again.
  await spend()
  const { issuer, use, jti } = verified
  const details = { assertionIssuer: issuer.id, use, ...(jti === undefined ? {} : { assertion: jti }) }
  await issueExchangedToken(ctx, {
    ...{ gty: jwtBearerGrant, brought: [token], subject: token, delegation, target, keys },
    lifetimeSeconds: issuer.tokenLifetimeSeconds,
    eventOf: (issued, exp) =>
      exchangeEvent(
        ctx,
        { subject: token, delegation, acting, target, token: issued, exp },
        { type: 'assertion.accepted', details },
      ),
  })
}

/**
 * Nobody acts who is not named in the assertion: it was given to this client by whoever is trusted to decide that (RFC 7521 §6.3).
 * An agent is told all the same, here as in every other token that it gets.
 */
function delegationOf(ctx: Context, { act, mayAct, depth }: LiveToken, { agent }: Acting): Delegation {
  const { client } = ctx.oidc
  const { chainLengthMax } = runtimeOf(ctx).realm.tokenExchange
  if (depth >= chainLengthMax) throw invalidGrant(`assertion names ${depth} who have acted already, and no more may follow`)
  const told = agent === undefined ? act : { sub: client?.clientId, ...(act === undefined ? {} : { act }) }
  return { ...(told === undefined ? {} : { act: told }), ...(mayAct === undefined ? {} : { may_act: mayAct }) }
}
