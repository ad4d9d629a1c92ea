import { type AccessToken, type ClientCredentials, type Client as EngineClient, errors, type RefreshToken } from 'oidc-provider'
import { type Context, parameter, runtimeOf, type Step } from '../runtime.ts'
import { findResource } from './find-resource.ts'
import { isAlive, type JwtAccessToken, looksLikeJwt, verifyJwtAccessToken } from './jwt-access-token.ts'
import { mayInspectInDialect, rememberGrant } from './vendor-introspection.ts'

type OpaqueToken = AccessToken | ClientCredentials | RefreshToken

/** In place of the engine's refusal: what looks like a JWT never comes to where it looks for opaque tokens. */
export const acceptJwt: Step = async function acceptJwt(_ctx, next) {
  await next()
}

/** The engine inspects opaque tokens only. It has authenticated the caller by now, and a JWT of ours is answered here (RFC 7662 §2.2). */
export const introspectJwt: Step = async function introspectJwt(ctx, next) {
  const value = parameter(ctx, 'token') ?? ''
  if (!looksLikeJwt(value)) return next()
  const runtime = runtimeOf(ctx)
  const token = await verifyJwtAccessToken(runtime, value)
  rememberGrant(ctx, token?.grantId)
  const isActive =
    token !== undefined && mayInspect(ctx, ctx.oidc.client, { ...token, audience: token.aud }) && (await isAlive(runtime, token))
  ctx.body = isActive ? described(token) : { active: false }
}

function described({ grantId: _internal, ...claims }: JwtAccessToken): object {
  return { ...claims, active: true, token_type: claims.cnf?.jkt === undefined ? 'Bearer' : 'DPoP' }
}

/** RFC 7662 §2.1: the endpoint is protected. A public client proves nothing, and sees no tokens but its own. */
function mayInspect(ctx: Context, caller: EngineClient | undefined, { client_id, audience }: Inspected): boolean {
  if (caller === undefined) return false
  const verdict = mayInspectInDialect(ctx, caller, { client_id, audience })
  if (verdict !== undefined) return verdict
  if (caller.clientId === client_id) return true
  const { realm } = runtimeOf(ctx)
  const named = [audience ?? []].flat().flatMap((name) => findResource(realm, name)?.introspectionClient ?? [])
  return caller.clientAuthMethod !== 'none' && (named.length === 0 || named.includes(caller.clientId))
}

interface Inspected {
  readonly client_id?: string | undefined
  readonly audience?: string | readonly string[] | undefined
}

/** For the engine's own introspection: a suspended or deleted client has no active tokens. */
export async function mayIntrospect(ctx: Context, caller: EngineClient, token: OpaqueToken): Promise<boolean> {
  const owner = token.clientId === undefined ? undefined : await ctx.oidc.provider.Client.find(token.clientId)
  // A refresh token is between its client and us: no resource server ever sees one.
  if (token.kind === 'RefreshToken' && token.clientId !== caller.clientId) return false
  const { clientId: client_id, aud: audience } = token as OpaqueToken & { readonly aud?: string | readonly string[] }
  return owner !== undefined && mayInspect(ctx, caller, { client_id, audience })
}

/** RFC 7009 §2.2: a token that is not valid (any more) is as good as revoked, and no error. */
export const revokeJwt: Step = async function revokeJwt(ctx, next) {
  const value = parameter(ctx, 'token') ?? ''
  if (!looksLikeJwt(value)) return next()
  const runtime = runtimeOf(ctx)
  const { ports, realm } = runtime
  const token = await verifyJwtAccessToken(runtime, value)
  if (token !== undefined && mayRevokeOf(ctx.oidc.client, token.client_id)) {
    await ports.revokedTokens.add(realm.name, token.jti, token.exp)
    // As the engine does for opaque tokens: whoever gives up an access token gives up what was issued with it (RFC 7009 §2.1).
    if (token.grantId !== undefined) await ports.objects.destroyByGrant(realm.name, token.grantId)
  }
  ctx.status = 200
  ctx.body = ''
}

export function mayRevoke(_ctx: Context, caller: EngineClient, token: OpaqueToken): boolean {
  return mayRevokeOf(caller, token.clientId)
}

/** A client revokes its own tokens (RFC 7009 §2.1). A public one is not told whether somebody else's token exists. */
function mayRevokeOf(caller: EngineClient | undefined, client_id: string | undefined): boolean {
  if (caller?.clientId === client_id) return true
  if (caller?.clientAuthMethod === 'none') return false
  throw new errors.InvalidRequest('the token was issued to another client')
}
