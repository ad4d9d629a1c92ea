import { errors, type ResourceServerInstance } from 'oidc-provider'
import { withGroupMembers } from '../../registration/index.ts'
import { type Context, runtimeOf, words } from '../runtime.ts'
import { hasScope } from '../scopes.ts'
import { factsAbout } from '../seam/seam.ts'
import { newApplicationAsResource } from '../seam/seam-grants.ts'
import { requestedResources } from '../seam/seam-token-requests.ts'
import { canonicaliseResources, requireResource } from '../tokens/resources.ts'
import type { Acting } from './exchange-agent.ts'
import type { LiveToken } from './live-token.ts'

export interface Target {
  /** Absent: the token has no audience, and is good at this server alone. */
  readonly resourceServer?: ResourceServerInstance
  readonly scopes: readonly string[]
  /** Where it is not one audience: the application, and the client that asks, which may have to look into the token as well. */
  readonly audiences?: readonly string[]
}

/** No agent, and no place but that of the token or of `resource`. */
const anyone: Acting = { destination: { isNamed: false } }

/** Where the new token is good and what for: never for more than the one that it is made from. */
export async function findTarget(ctx: Context, subject: LiveToken, { destination, agent }: Acting = anyone): Promise<Target> {
  const requested = words(ctx.oidc.params?.['scope'])
  const scopes = requested.length > 0 ? requested : heldScopes(subject)
  const isAsked = requested.length > 0
  const presented = ctx.oidc.params?.['assertion'] === undefined ? 'subject_token' : 'assertion'
  const excess = `beyond the ${presented}, the client or the resource`
  const held = narrowed(scopes, isHeldBy(ctx, subject), { isAsked, excess })
  const kept =
    agent === undefined ? held : narrowed(held, agent.covers, { isAsked, excess: 'beyond the privileges of this agent' })
  const { application } = destination
  if (application !== undefined) return targetAt(ctx, application, kept)
  const resourceServer = await findResource(ctx, subject, kept)
  if (resourceServer === undefined) return { scopes: kept }
  const offered = words(resourceServer.scope)
  return { resourceServer, scopes: narrowed(kept, (scope) => offered.includes(scope), { isAsked, excess }) }
}

/** An application offers no scopes of its own: what its tokens are good for is a matter of the scopes. */
function targetAt(ctx: Context, application: string, scopes: readonly string[]): Target {
  const { provider, realm } = runtimeOf(ctx)
  const { accessTokenLifetimeSeconds, accessTokenSigningAlgorithm: alg } = realm.tokens
  const resourceServer = newApplicationAsResource(provider, {
    application,
    scopes,
    alg,
    lifetimeSeconds: accessTokenLifetimeSeconds,
  })
  const client_id = ctx.oidc.client?.clientId ?? application
  return { resourceServer, scopes, audiences: [...new Set([client_id, application])] }
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

interface Narrowing {
  readonly isAsked: boolean
  /** What a scope is that is not kept. */
  readonly excess: string
}

/** What was asked for is refused and not forgotten; what merely came along is left behind, unless nothing else is there. */
function narrowed(
  scopes: readonly string[],
  isKept: (scope: string) => boolean,
  { isAsked, excess: description }: Narrowing,
): readonly string[] {
  const kept = scopes.filter(isKept)
  const [excess] = scopes.filter((scope) => !kept.includes(scope))
  if (excess !== undefined && (isAsked || kept.length === 0)) throw new errors.InvalidScope(description, excess)
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
  requireResource(ctx)
  const [found, another] = params['resource'] === undefined ? [] : await requestedResources(ctx)
  if (another !== undefined) throw new errors.InvalidTarget('a token is for one resource: name one, as audience or resource')
  return found
}
