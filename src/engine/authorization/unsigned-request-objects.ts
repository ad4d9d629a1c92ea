import { decodeProtectedHeader, errors as joseErrors, UnsecuredJWT } from 'jose'
import { errors } from 'oidc-provider'
import { type Context, parameter, runtimeOf, type Step } from '../runtime.ts'
import { factsAbout } from '../seam/seam.ts'

/**
 * Request objects with `alg` none (OpenID Connect Core §6.1), which the engine does not know: where the realm and the client have
 * them, they are worth what plain parameters are, and become those. A client that registered `none` sends no others (OIDR-MD-15).
 */
export const openUnsignedRequest: Step = async function openUnsignedRequest(ctx, next) {
  const { client, params, route } = ctx.oidc
  const object = 'PushedAuthorizationRequest' in ctx.oidc.entities ? undefined : parameter(ctx, 'request')
  if (object === undefined || client === undefined || params === undefined || route === 'backchannel_authentication')
    return next()
  const registered = factsAbout(client).requestObjectAlgorithm
  const isUnsigned = algorithmOf(object) === 'none'
  if (!isUnsigned && registered === 'none') throw invalid('the registered algorithm is none')
  if (isUnsigned && isAccepted(ctx, registered)) replaceParameters(ctx, claimsOf(object, ctx))
  await next()
}

function isAccepted(ctx: Context, registered: string | undefined): boolean {
  const supported = runtimeOf(ctx).realm.capabilities.values['request_object_signing_alg'] ?? []
  const mustSign = ctx.oidc.client?.requireSignedRequestObject === true
  return supported.includes('none') && !mustSign && (registered ?? 'none') === 'none'
}

function algorithmOf(object: string): string | undefined {
  try {
    return decodeProtectedHeader(object).alg
  } catch {
    // The engine says what is wrong with something that is no JWT.
    return undefined
  }
}

type Claims = Readonly<Record<string, unknown>>

function claimsOf(object: string, ctx: Context): Claims {
  try {
    const { payload } = UnsecuredJWT.decode(object, { currentDate: new Date(runtimeOf(ctx).ports.now() * 1000) })
    if (payload.iss !== undefined && payload.iss !== ctx.oidc.client?.clientId) throw invalid('iss must be the client')
    if (payload.aud !== undefined && ![payload.aud].flat().includes(ctx.oidc.issuer)) throw invalid('aud must be the issuer')
    return payload
  } catch (error) {
    throw error instanceof joseErrors.JOSEError ? invalid('the request object cannot be read, or has expired', error) : error
  }
}

const twice = ['response_type', 'client_id']
const byReference = ['request', 'request_uri']

/** Parameters outside of the object count for nothing (RFC 9101 §6.3), but for those that have to stand in both places. */
function replaceParameters(ctx: Context, claims: Claims): void {
  const params = ctx.oidc.params ?? {}
  const other = twice.find((name) => claims[name] !== undefined && params[name] !== undefined && claims[name] !== params[name])
  if (other !== undefined) throw invalid(`${other} differs from the one in the request parameters`)
  if (byReference.some((name) => claims[name] !== undefined)) throw invalid('it must not contain request or request_uri')
  for (const name of Object.keys(params)) {
    if (!twice.includes(name) || claims[name] !== undefined) params[name] = spelled(name, claims[name])
  }
  params['request'] = undefined
  // What is pushed is kept as it came, where it still stands in the body; and read again as an object with a signature.
  if (ctx.oidc.body !== undefined) ctx.oidc.body['request'] = undefined
}

/** As a query would spell it. Of all parameters only `resource` can stand there twice (RFC 8707 §2). */
function spelled(name: string, value: unknown): unknown {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  if (name === 'resource' && Array.isArray(value)) return value.map(String)
  if (Array.isArray(value) && name !== 'authorization_details') throw invalid(`${name} must not be a list`)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function invalid(description: string, cause?: unknown): Error {
  return new errors.InvalidRequestObject(description, { cause })
}
