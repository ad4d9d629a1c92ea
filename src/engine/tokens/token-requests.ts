import { errors } from 'oidc-provider'
import { tokenExchangeGrant } from '../../registration/index.ts'
import { sha256 } from '../digest.ts'
import { type Context, parameter, runtimeOf, type Step, words } from '../runtime.ts'
import { hasScope } from '../scopes.ts'
import { factsAbout } from '../seam/seam.ts'
import { asksForIdentityAssertion, takeAudienceAsResource } from '../token-exchange/exchange-request.ts'
import { checkRefreshedResource } from './check-refreshed-resource.ts'
import { canonicaliseResources, requireResource } from './resources.ts'

/** The engine says `invalid_request`; RFC 6749 §5.2 has a code for it. */
export const refuseUnregisteredGrant: Step = async function refuseUnregisteredGrant(ctx, next) {
  const grant = parameter(ctx, 'grant_type')
  if (grant !== undefined && ctx.oidc.client?.grantTypeAllowed(grant) === false) {
    throw new errors.UnauthorizedClient('the client is not registered for this grant_type')
  }
  // RFC 6749 §4.4: the grant is the client's own identity, which a public client cannot prove.
  if (grant === 'client_credentials' && ctx.oidc.client?.clientAuthMethod === 'none') {
    throw new errors.UnauthorizedClient('client_credentials needs a client that authenticates')
  }
  await next()
}

export const completeTokenRequest: Step = async function completeTokenRequest(ctx, next) {
  const grant = parameter(ctx, 'grant_type')
  if (grant === tokenExchangeGrant && !asksForIdentityAssertion(ctx)) takeAudienceAsResource(ctx)
  canonicaliseResources(ctx)
  if (grant === 'client_credentials') {
    completeScope(ctx)
    requireResource(ctx)
  }
  if (grant === 'authorization_code') await completeRedirectUri(ctx)
  if (grant === 'refresh_token') await narrowRefresh(ctx)
  await next()
}

/** The engine goes by what was granted once; what the client is no longer registered for is granted no more (DCM-PUT-16). */
async function narrowRefresh(ctx: Context): Promise<void> {
  const { params, client, provider } = ctx.oidc
  const value = parameter(ctx, 'refresh_token')
  if (params === undefined || client === undefined || value === undefined) return
  const token = await provider.RefreshToken.find(value)
  if (token?.clientId !== client.clientId) return
  checkRefreshedResource(ctx, token)
  const { scopes } = factsAbout(client)
  const { realm } = runtimeOf(ctx)
  const requested = params['scope'] === undefined ? words(token?.scope) : words(params['scope'])
  const kept = requested.filter((scope) => hasScope(realm, scopes, scope))
  if (kept.length === requested.length) return
  if (kept.length === 0 || params['scope'] !== undefined) {
    throw new errors.InvalidScope('the client is not registered for this scope any more', requested.join(' '))
  }
  params['scope'] = kept.join(' ')
}

/** RFC 6749 §3.3: a default for a request that names no scope; a scope beyond the registered ones is refused, not forgotten. */
function completeScope(ctx: Context): void {
  const { params, client } = ctx.oidc
  if (params === undefined || client === undefined) return
  const { realm } = runtimeOf(ctx)
  const { scopes, defaultScopes = realm.defaultTokenScopes } = factsAbout(client)
  const requested = words(params['scope'])
  const excess = requested.find((scope) => !hasScope(realm, scopes, scope))
  if (excess !== undefined) throw new errors.InvalidScope('requested scope is not allowed', excess)
  if (requested.length > 0) return
  const defaults = defaultScopes.filter(
    (scope) => hasScope(realm, scopes, scope) && scope !== 'openid' && scope !== 'offline_access',
  )
  params['scope'] = defaults.length === 0 ? undefined : defaults.join(' ')
}

/** An OAuth 2.1 client leaves `redirect_uri` out at the token endpoint: PKCE binds the code already (SEC-CD-05). */
async function completeRedirectUri(ctx: Context): Promise<void> {
  const { params, client, provider } = ctx.oidc
  const value = parameter(ctx, 'code')
  if (params === undefined || params['redirect_uri'] !== undefined || value === undefined) return
  const code = await provider.AuthorizationCode.find(value)
  if (code?.clientId === client?.clientId && code?.codeChallenge !== undefined) params['redirect_uri'] = code.redirectUri
}

/**
 * RFC 8628 §3.5: who asks again before the interval is over is told to slow down. Each interval of the clock admits one poll, by a
 * single insert; a client that waits as long as it was told always meets a new interval.
 */
export const pacePolling: Step = async function pacePolling(ctx, next) {
  try {
    await next()
  } catch (error) {
    if (error instanceof errors.AuthorizationPending && !(await isFirstPoll(ctx))) throw slowDown(error)
    throw error
  }
}

function slowDown(cause: Error): Error {
  return new errors.SlowDown('the device asks more often than it was told', { cause })
}

async function isFirstPoll(ctx: Context): Promise<boolean> {
  const { ports, realm } = runtimeOf(ctx)
  const interval = realm.tokens.deviceCodeIntervalSeconds
  const turn = Math.floor(ports.now() / interval)
  const code = parameter(ctx, 'device_code') ?? parameter(ctx, 'auth_req_id') ?? ''
  const client_id = ctx.oidc.client?.clientId
  return ports.objects.insertOnce({
    realm: realm.name,
    model: 'Poll',
    id: sha256(`${code} ${turn}`),
    payload: {},
    expiresAt: ports.now() + 2 * interval,
    ...(client_id === undefined ? {} : { client_id }),
  })
}

/** Tells the client how long to wait between polls, in both flows that have it poll. */
export const announceInterval: Step = async function announceInterval(ctx, next) {
  await next()
  const body: unknown = ctx.body
  if (typeof body === 'object' && body !== null && 'expires_in' in body) {
    ctx.body = { ...body, interval: runtimeOf(ctx).realm.tokens.deviceCodeIntervalSeconds }
  }
}
