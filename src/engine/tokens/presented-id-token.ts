import { errors as joseErrors, jwtVerify } from 'jose'
import type { JsonObject } from '../../registration/index.ts'
import type { Runtime } from '../runtime.ts'
import { consentedScopes } from '../token-exchange/exchange-origin.ts'
import type { LiveToken } from '../token-exchange/live-token.ts'

/**
 * An ID token says who signed in at which client. How far it reaches, it does not say: that is what the person has allowed this
 * client. One that was made for a pairwise client names nobody that could be found again, and one with a client's own secret
 * (HS256) or encrypted is nobody's proof to us.
 */
export async function readIdToken(runtime: Runtime, value: string): Promise<LiveToken | undefined> {
  const claims = await verifyIdToken(runtime, value)
  const client = claims === undefined ? undefined : await runtime.provider.Client.find(claims.aud)
  if (claims === undefined || client === undefined || client.subjectType === 'pairwise') return undefined
  const { aud: client_id, sub: accountId, exp } = claims
  const scopes = await consentedScopes(runtime, { client_id, accountId })
  if (scopes === undefined) return undefined
  return {
    client_id,
    accountId,
    sub: accountId,
    scopes,
    audience: [],
    exp: Math.floor(exp),
    act: undefined,
    mayAct: undefined,
    confirmation: {},
    authentication: authenticationIn(claims),
    depth: 0,
    origin: { kind: 'consent', client_id, accountId },
  }
}

function authenticationIn({ auth_time, acr, amr }: IdTokenClaims): JsonObject {
  const told = Object.entries({ auth_time, acr, amr }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(told) as JsonObject
}

interface IdTokenClaims {
  readonly sub: string
  readonly aud: string
  readonly exp: number
  readonly auth_time?: number
  readonly acr?: string
  readonly amr?: readonly string[]
}

/** Every other client's word for it is the client's own affair. */
export async function verifyIdToken(
  { ports, realm, verificationKeys }: Runtime,
  value: string,
): Promise<IdTokenClaims | undefined> {
  try {
    const { payload, protectedHeader } = await jwtVerify(value, verificationKeys, {
      issuer: realm.issuer,
      algorithms: [...realm.tokens.signingAlgorithms],
      requiredClaims: ['sub', 'aud', 'exp', 'iat'],
      currentDate: new Date(ports.now() * 1000),
    })
    // Every other kind of JWT that the realm signs says by its type what it is (RFC 8725 §3.11).
    const isPlain = protectedHeader.typ === undefined || protectedHeader.typ === 'JWT'
    return isPlain && typeof payload.aud === 'string' ? (payload as unknown as IdTokenClaims) : undefined
  } catch (error) {
    if (error instanceof joseErrors.JOSEError) return undefined
    throw error
  }
}
