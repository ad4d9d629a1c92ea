import { errors, interactionPolicy } from 'oidc-provider'
import { type Context, factsOf, runtimeOf, type Step } from '../runtime.ts'
import { logIn } from '../seam/seam.ts'
import { acrOf } from './acr.ts'
import { audience, showPage } from './pages.ts'

/**
 * In a realm whose people sign in by HTTP Basic there is no page to go to first: the authorization endpoint asks for the credentials
 * itself, and who brings them along gets the answer at once.
 */
export const signInByBasic: Step = async function signInByBasic(ctx, next) {
  const { realm } = runtimeOf(ctx)
  const isDue = realm.signIn === 'http-basic' && ctx.method === 'GET' && (await needsSignIn(ctx))
  // Without an interaction only what came along counts (OpenID Connect Core §3.1.2.1).
  const isSilent = ctx.oidc.prompts.has('none')
  if (!isDue || (isSilent && ctx.get('authorization') === '')) return next()
  const verdict = await judge(ctx)
  if ('page' in verdict) return isSilent ? next() : showPage(ctx, verdict.page)
  const known = ctx.oidc.session?.accountId
  // Somebody else is signed in: the way by the interaction signs them out first.
  if (known !== undefined && known !== verdict.accountId) return next()
  await signIn(ctx, verdict.accountId)
  await next()
  // RFC 6749 §4 answers with 302, and nothing was posted that a browser could post again.
  if (ctx.status === 303) ctx.status = 302
}

const dueChecks = interactionPolicy.base().get('login')?.checks

/** By the rules of the engine's own prompt: no session, `prompt`, `max_age`, or somebody else is asked for. */
async function needsSignIn(ctx: Context): Promise<boolean> {
  if (dueChecks === undefined) throw new Error('oidc-provider has no prompt for a sign-in')
  const results = await Promise.all([...dueChecks].map(({ check }) => check(ctx)))
  return results.includes(true)
}

async function judge(ctx: Context) {
  const { ports, realm } = runtimeOf(ctx)
  const address = factsOf(ctx.req).address ?? ctx.ip
  const verdict = await ports.basicSignIn({ ...audience(ctx), authorization: ctx.get('authorization'), address })
  if ('reason' in verdict) ports.log?.('sign_in_refused', { realm: realm.name, reason: verdict.reason, address })
  return verdict
}

async function signIn(ctx: Context, accountId: string): Promise<void> {
  const { params, prompts } = ctx.oidc
  logIn(ctx, { accountId, amr: ['pwd'], ...acrOf(runtimeOf(ctx).realm, ['pwd']), remember: false })
  const rest = [...prompts].filter((prompt) => prompt !== 'login')
  if (params !== undefined) params['prompt'] = rest.length === 0 ? undefined : rest.join(' ')
  if (await needsSignIn(ctx)) throw new errors.LoginRequired('the request asks for somebody else, or for another sign-in')
}
