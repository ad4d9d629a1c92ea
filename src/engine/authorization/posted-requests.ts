import type { Provider } from 'oidc-provider'
import { routes } from '../routes.ts'
import type { Step } from '../runtime.ts'

/** What becomes a query has to fit into the head of the next request. */
const bodyBytesMax = 8192

/**
 * Authorization and logout requests may come by POST (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2). The engine would take
 * them only with a session cookie that every site's forms can use; so they go on as the same request by GET, which brings a `Lax`
 * one along.
 */
export function goOnByGet(provider: Provider): Step {
  const names = new Map<string, string>([
    [routes.authorization, 'authorization'],
    [routes.end_session, 'end_session'],
  ])
  return async function wentOnByGet(ctx, next) {
    const name = names.get(ctx.path)
    if (ctx.method !== 'POST' || name === undefined) return next()
    const form = ctx.is('application/x-www-form-urlencoded') ? await readForm(ctx.req) : undefined
    if (form === undefined) {
      ctx.status = 400
      ctx.body = { error: 'invalid_request', error_description: `the body must be a form of at most ${bodyBytesMax} bytes` }
      return
    }
    ctx.status = 303
    ctx.redirect(`${provider.urlFor(name)}?${form}`)
  }
}

/** In its one canonical encoding, whatever was sent. */
async function readForm(body: AsyncIterable<Buffer>): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size <= bodyBytesMax) chunks.push(chunk)
  }
  return size > bodyBytesMax ? undefined : new URLSearchParams(Buffer.concat(chunks).toString())
}
