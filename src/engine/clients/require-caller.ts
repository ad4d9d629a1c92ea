import { errors } from 'oidc-provider'
import { type Context, parameter, type Step } from '../runtime.ts'

/** RFC 7662 §2.3: whoever does not say who asks is not authenticated; the engine takes it for a malformed request. */
export const requireCaller: Step = async function requireCaller(ctx, next) {
  if (!namesCaller(ctx)) {
    ctx.set('WWW-Authenticate', `Basic realm="${ctx.oidc.provider.issuer}"`)
    throw new errors.InvalidClientAuth('no client authentication was sent')
  }
  await next()
}

function namesCaller(ctx: Context): boolean {
  return ctx.get('authorization') !== '' || ['client_id', 'client_assertion'].some((name) => parameter(ctx, name) !== undefined)
}
