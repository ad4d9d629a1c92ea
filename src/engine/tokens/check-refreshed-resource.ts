import { errors, type RefreshToken } from 'oidc-provider'
import { type Context, runtimeOf } from '../runtime.ts'
import { findResource } from './find-resource.ts'
import { refuseUnbound } from './refuse-unbound.ts'

/**
 * The engine looks at the resource once the refresh token is spent, and a slip of the client would end its grant: what will be
 * refused is refused before (RFC 8707 §2.2).
 */
export function checkRefreshedResource(ctx: Context, { resource }: RefreshToken): void {
  const granted = [resource ?? []].flat()
  const named = [ctx.oidc.params?.['resource'] ?? []].flat().map(String)
  if (named.some((name) => !granted.includes(name))) throw new errors.InvalidTarget('the resource was not authorised')
  const [target, another] = named.length > 0 ? named : granted
  if (another !== undefined) throw new errors.InvalidTarget('a token is for one resource: name one of those that were authorised')
  if (target === undefined) return
  const { realm } = runtimeOf(ctx)
  const found = findResource(realm, target)
  if (found === undefined && realm.unknownResources === 'refuse') throw new errors.InvalidTarget('the resource is not known here')
  if (found !== undefined && ctx.oidc.client !== undefined) refuseUnbound(ctx, found, ctx.oidc.client)
}
