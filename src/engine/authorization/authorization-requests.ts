import { errors } from 'oidc-provider'
import { type Context, parameter, runtimeOf, type Step, words } from '../runtime.ts'
import { hasScope, isDynamic } from '../scopes.ts'
import { factsAbout } from '../seam/seam.ts'
import { canonicaliseResources, requireResource } from '../tokens/resources.ts'

/** After request objects are opened, before scopes are checked: what the request leaves to the server. */
export const completeAuthorizationRequest: Step = async function completeAuthorizationRequest(ctx, next) {
  canonicaliseResources(ctx)
  const { params, client } = ctx.oidc
  const { realm } = runtimeOf(ctx)
  if (params !== undefined && client !== undefined) {
    const { scopes, defaultScopes = realm.defaultTokenScopes } = factsAbout(client)
    const requested = words(params['scope'])
    const defaults = defaultScopes.filter((scope) => hasScope(realm, scopes, scope))
    if (requested.length === 0) params['scope'] = defaults.length === 0 ? undefined : defaults.join(' ')
    // The engine does so for scopes that it has a list of.
    const excess = requested.find((scope) => isDynamic(realm, scope) && !hasScope(realm, scopes, scope))
    if (excess !== undefined) throw new errors.InvalidScope('requested scope is not allowed', excess)
    if (yieldsAccessTokens(ctx)) requireResource(ctx)
  }
  await next()
}

/** At the endpoints without a response type there is nothing else to be had. */
function yieldsAccessTokens(ctx: Context): boolean {
  const types = words(ctx.oidc.params?.['response_type'])
  return types.length === 0 || types.includes('code') || types.includes('token')
}

/** RFC 6749 §4.1.2.1: a type that the server has and the client was not registered for. */
export const refuseUnregisteredResponseType: Step = async function refuseUnregisteredResponseType(ctx, next) {
  const type = words(parameter(ctx, 'response_type')).toSorted().join(' ')
  const isServed = runtimeOf(ctx).realm.capabilities.responseTypes.some((served) => words(served).toSorted().join(' ') === type)
  if (isServed && ctx.oidc.client?.responseTypes?.some((registered) => registered === type) === false) {
    throw new errors.UnauthorizedClient('the client is not registered for this response_type')
  }
  await next()
}

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const cibaGrant = 'urn:openid:params:grant-type:ciba'

export const refuseUnregisteredFlow: Step = async function refuseUnregisteredFlow(ctx, next) {
  const grant = ctx.oidc.route === 'device_authorization' ? deviceGrant : cibaGrant
  if (ctx.oidc.client?.grantTypeAllowed(grant) === false) {
    throw new errors.UnauthorizedClient('the client is not registered for this grant_type')
  }
  await next()
}
