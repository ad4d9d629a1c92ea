import { jwtBearerGrant } from '../registration/index.ts'
import { checkHolder } from './check-holder.ts'
import type { Place } from './exchange-origin.ts'
import { findTarget } from './exchange-target.ts'
import { readGrantAssertion } from './grant-assertion.ts'
import { invalidGrant } from './grant-refusal.ts'
import { issueExchangedToken } from './issue-exchanged-token.ts'
import type { Context } from './runtime.ts'
import { proveKeys } from './seam-token-requests.ts'

/** RFC 7523 §2.1, and identity assertions in it (ID-JAG). */
export function serveJwtBearerGrant({ provider, realm }: Pick<Place, 'provider' | 'realm'>): void {
  if (!realm.capabilities.grantTypes.includes(jwtBearerGrant)) return
  provider.registerGrantType(jwtBearerGrant, exchangeAssertion, ['assertion', 'scope', 'resource'], ['resource'])
}

async function exchangeAssertion(ctx: Context): Promise<void> {
  const keys = await proveKeys(ctx)
  const { token, verified, spend } = await readGrantAssertion(ctx)
  checkHolder(ctx, token.confirmation, keys, (problem) => invalidGrant(`assertion ${problem}`))
  const target = await findTarget(ctx, token)
  // Last of all: a request that is wrong in something else can be made again.
  await spend()
  // Nobody acts who is not named in the assertion: it was given to this client by whoever is trusted to decide that (RFC 7521 §6.3).
  const delegation = {
    ...(token.act === undefined ? {} : { act: token.act }),
    ...(token.mayAct === undefined ? {} : { may_act: token.mayAct }),
  }
  await issueExchangedToken(ctx, {
    ...{ gty: jwtBearerGrant, brought: [token], subject: token, delegation, target, keys },
    lifetimeSeconds: verified.issuer.tokenLifetimeSeconds,
  })
}
