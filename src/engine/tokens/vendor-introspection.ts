import type { Client as EngineClient } from 'oidc-provider'
import type { JsonObject } from '../../registration/index.ts'
import { type Context, factsOf, ownGrantType, runtimeOf, type Step, words } from '../runtime.ts'
import { factsAbout } from '../seam/seam.ts'
import { inspectedToken } from './inspected-token.ts'

/** In a vendor's dialect, introspection may tell more than RFC 7662 has words for. */
export const tellVendorMembers: Step = async function tellVendorMembers(ctx, next) {
  await next()
  const { introspection } = factsOf(ctx.req)
  const body = ctx.body as JsonObject | undefined
  if (introspection === undefined || body?.['active'] !== true) return
  const { AccessToken: ofGrant, ClientCredentials: ofClient, RefreshToken: refresh } = ctx.oidc.entities
  const opaque = ofGrant ?? ofClient ?? refresh
  const grantId = (opaque as { readonly grantId?: string } | undefined)?.grantId ?? grantIds.get(ctx)
  // A client's own opaque token names no subject, and is the client's.
  const claims = ofClient === undefined ? body : { ...body, sub: body['client_id'] ?? '' }
  const jti = opaque?.jti ?? String(body['jti'])
  const token = await inspectedToken(runtimeOf(ctx), { claims, grantId, jti, grantType: ownGrantType(claims, grantId) })
  ctx.body = { ...claims, ...introspection.members(token) }
}

const grantIds = new WeakMap<Context, string>()

/** Of a JWT, whose answer does not hold it. */
export function rememberGrant(ctx: Context, grantId: string | undefined): void {
  if (grantId !== undefined) grantIds.set(ctx, grantId)
}

interface Inspected {
  readonly client_id?: string | undefined
  readonly audience?: string | readonly string[] | undefined
}

/** `undefined`: the request is in no dialect that has a rule of its own about who may ask about which token. */
export function mayInspectInDialect(ctx: Context, caller: EngineClient, { client_id, audience }: Inspected): boolean | undefined {
  const { introspection } = factsOf(ctx.req)
  if (introspection === undefined) return undefined
  if (caller.clientId === client_id) return true
  if (caller.clientAuthMethod === 'none') return false
  const isMeant = [audience ?? []].flat().includes(caller.clientId)
  return isMeant || factsAbout(caller).scopes.flatMap(words).includes(introspection.scopeForAll)
}
