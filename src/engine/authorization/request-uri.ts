import { errors } from 'oidc-provider'
import { sha256 } from '../digest.ts'
import { type Context, parameter, runtimeOf, type Step } from '../runtime.ts'
import { factsAbout } from '../seam/seam.ts'

const pushedRequest = 'urn:ietf:params:oauth:request_uri:'
/** RFC 9101 §5.2. */
const uriLengthMax = 512

/**
 * Request objects by reference (RFC 9101 §5.2), which the engine does not know: the object is fetched, and goes on as if it had
 * been sent by value. Only registered addresses are called, by the guarded fetcher (OIDR-MD-23, SEC-SSRF-01).
 */
export const resolveRequestUri: Step = async function resolveRequestUri(ctx, next) {
  const { features } = runtimeOf(ctx).realm.capabilities
  const params = ctx.oidc.params
  const uri = parameter(ctx, 'request_uri')
  const byValue = parameter(ctx, 'request')
  if (byValue !== undefined && !features.requestObjects) throw new errors.RequestNotSupported()
  if (params !== undefined && uri !== undefined && ctx.oidc.route === 'authorization' && !uri.startsWith(pushedRequest)) {
    if (!features.requestUris) throw new errors.RequestUriNotSupported()
    if (byValue !== undefined) throw new errors.InvalidRequest('request and request_uri must not be used together')
    params['request'] = await fetchRequestObject(ctx, uri)
    params['request_uri'] = undefined
  }
  await next()
}

async function fetchRequestObject(ctx: Context, uri: string): Promise<string> {
  const [address, fragment] = await registeredUri(ctx, uri)
  const object = await read(ctx, address)
  if (fragment !== undefined && sha256(object) !== fragment) throw invalid()
  return object
}

/** Any deviation gets the same answer: what a request made the server see is nobody's business (SEC-SSRF-07). */
function invalid(cause?: unknown): Error {
  return new errors.InvalidRequestUri('request_uri is not registered, or gave no valid request object', { cause })
}

async function registeredUri(ctx: Context, uri: string): Promise<readonly [string, string?]> {
  const client = await ctx.oidc.provider.Client.find(parameter(ctx, 'client_id') ?? '')
  if (client === undefined) throw new errors.InvalidClient('client is invalid')
  const registered = factsAbout(client).requestUris.find((candidate) => candidate === uri || withoutFragment(candidate) === uri)
  if (registered === undefined || uri.length > uriLengthMax) throw invalid()
  const fragment = registered.includes('#') ? registered.slice(registered.indexOf('#') + 1) : undefined
  return fragment === undefined ? [uri] : [withoutFragment(registered), fragment]
}

function withoutFragment(uri: string): string {
  return uri.split('#')[0] ?? uri
}

async function read(ctx: Context, address: string): Promise<string> {
  const { ports } = runtimeOf(ctx)
  try {
    const response = await ports.fetch(address, { headers: { accept: 'application/oauth-authz-req+jwt, application/jwt' } })
    if (response.status === 200) return (await response.text()).trim()
  } catch (cause) {
    throw invalid(cause)
  }
  throw invalid()
}
