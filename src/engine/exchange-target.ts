import { errors, type ResourceServerInstance } from 'oidc-provider'
import { withGroupMembers } from '../registration/index.ts'
import type { LiveToken } from './live-token.ts'
import { canonicaliseResources } from './resources.ts'
import { type Context, runtimeOf, words } from './runtime.ts'
import { hasScope } from './scopes.ts'
import { factsAbout } from './seam.ts'
import { requestedResources } from './seam-token-requests.ts'

export interface Target {
  /** Absent: the token has no audience, and is good at this server alone. */
  readonly resourceServer?: ResourceServerInstance
  readonly scopes: readonly string[]
}

/** Where the new token is good and what for: never for more than the one that it is made from. */
export async function findTarget(ctx: Context, subject: LiveToken): Promise<Target> {
  const requested = words(ctx.oidc.params?.['scope'])
  const scopes = requested.length > 0 ? requested : heldScopes(subject)
  const kept = narrowed(scopes, isHeldBy(ctx, subject), requested.length > 0)
  const resourceServer = await findResource(ctx, subject, kept)
  if (resourceServer === undefined) return { scopes: kept }
  const offered = words(resourceServer.scope)
  return { resourceServer, scopes: narrowed(kept, (scope) => offered.includes(scope), requested.length > 0) }
}

/** A refresh token is not among what an exchange gives, and userinfo tells of people alone. */
function heldScopes({ accountId, scopes }: LiveToken): readonly string[] {
  return scopes.filter((scope) => scope !== 'offline_access' && (scope !== 'openid' || accountId !== undefined))
}

/** As far as the presented token goes, and the client's own registration. */
function isHeldBy(ctx: Context, subject: LiveToken): (scope: string) => boolean {
  const { realm } = runtimeOf(ctx)
  const held = withGroupMembers(realm, heldScopes(subject))
  const registered = ctx.oidc.client === undefined ? [] : factsAbout(ctx.oidc.client).scopes
  return (scope) => held.includes(scope) && hasScope(realm, registered, scope)
}

/** What was asked for is refused and not forgotten; what merely came along is left behind, unless nothing else is there. */
function narrowed(scopes: readonly string[], isKept: (scope: string) => boolean, isAsked: boolean): readonly string[] {
  const kept = scopes.filter(isKept)
  const [excess] = scopes.filter((scope) => !kept.includes(scope))
  if (excess !== undefined && (isAsked || kept.length === 0)) {
    throw new errors.InvalidScope('beyond the subject_token, the client or the resource', excess)
  }
  return kept
}

/** Without a word about it, the new token is good where the old one was. */
async function findResource(
  ctx: Context,
  { audience }: LiveToken,
  scopes: readonly string[],
): Promise<ResourceServerInstance | undefined> {
  const { params } = ctx.oidc
  if (params === undefined) return undefined
  // Values of dynamic scopes are found among those of the request.
  params['scope'] = scopes.join(' ')
  if (params['resource'] === undefined && audience.length > 0) {
    params['resource'] = [...audience]
    canonicaliseResources(ctx)
  }
  const [found, another] = params['resource'] === undefined ? [] : await requestedResources(ctx)
  if (another !== undefined) throw new errors.InvalidTarget('a token is for one resource: name one, as audience or resource')
  return found
}
