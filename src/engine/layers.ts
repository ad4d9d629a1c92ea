import type { Provider } from 'oidc-provider'
import { type Realm, StoreUnavailable } from '../registration/index.ts'
import { goOnByGet } from './authorization/posted-requests.ts'
import { jwksCacheSeconds } from './keys/signing-keys.ts'
import type { EnginePorts } from './ports.ts'
import { discoveryPaths, methodsByPath, routes } from './routes.ts'
import { type Context, factsOf, type Step } from './runtime.ts'

/** What surrounds every answer of the engine, from the outside in. */
export function surround(provider: Provider, realm: Realm, ports: EnginePorts, metadata: object): void {
  provider.use(answerFaults(realm, ports) as never)
  provider.use(protectBrowsers as never)
  provider.use(describeIssuer(metadata) as never)
  provider.use(nameMethods as never)
  provider.use(goOnByGet(provider) as never)
}

/** The person gets a number, the operator gets the rest under that number (house rule for faults). */
function answerFaults(realm: Realm, { log }: EnginePorts): Step {
  return async function answerFault(ctx, next) {
    const { requestId } = factsOf(ctx.req)
    const answer = () => ({
      error: ctx.status === unavailableStatus ? 'temporarily_unavailable' : 'server_error',
      ...(requestId === undefined ? {} : { request_id: requestId }),
    })
    try {
      await next()
      if (isFault(ctx.body)) ctx.body = answer()
    } catch (error) {
      log?.('server_error', { realm: realm.name, requestId, path: ctx.path, err: error })
      ctx.status = 500
      tellUnavailable(ctx, error)
      ctx.body = answer()
    }
  }
}

const unavailableStatus = 503
const retryAfterSeconds = '5'

/** A lost database is nobody's mistake and soon over: who asks again then is served. The engine alone would make a fault of it. */
export function tellUnavailable(ctx: Pick<Context, 'status' | 'set'>, error: unknown): void {
  if (!(error instanceof StoreUnavailable)) return
  ctx.status = unavailableStatus
  ctx.set('retry-after', retryAfterSeconds)
}

function isFault(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'error' in body && body.error === 'server_error'
}

/** The engine's own pages submit a form by a script, and add its digest to `script-src`; our pages bring their own policy. */
const policy = "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'"

const protectBrowsers: Step = async function protectBrowsers(ctx, next) {
  ctx.set({
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
  await next()
}

/** The engine's discovery lists what it could do; ours lists what the realm does. Its CORS stays. */
function describeIssuer(metadata: object): Step {
  return async function describedIssuer(ctx, next) {
    await next()
    const isDiscovery = discoveryPaths.includes(ctx.path)
    if (ctx.status !== 200 || (!isDiscovery && ctx.path !== routes.jwks)) return
    ctx.set('cache-control', `public, max-age=${jwksCacheSeconds}`)
    if (isDiscovery && ctx.method !== 'OPTIONS') ctx.body = { ...metadata, ...factsOf(ctx.req).discovery }
  }
}

const nameMethods: Step = async function nameMethods(ctx, next) {
  await next()
  const allowed = methodsByPath[ctx.path]
  if (ctx.status !== 404 || ctx.body !== undefined) return
  ctx.status = allowed === undefined ? 404 : 405
  if (allowed !== undefined) ctx.set('allow', allowed.join(', '))
  ctx.body = { error: allowed === undefined ? 'not_found' : 'method_not_allowed' }
}
