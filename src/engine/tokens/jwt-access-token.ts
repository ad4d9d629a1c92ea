import { errors as joseErrors, jwtVerify } from 'jose'
import type { Runtime } from '../runtime.ts'
import { outlivesClient } from './outlives-client.ts'

/** What an access token of ours says (RFC 9068 §2.2), and the grant that it was issued under. */
export interface JwtAccessToken {
  readonly jti: string
  readonly client_id: string
  readonly sub: string
  readonly iat: number
  readonly exp: number
  readonly aud: string | readonly string[]
  readonly scope?: string
  readonly cnf?: Confirmation
  readonly grantId?: string
  readonly accountId?: string
  readonly authorization_details?: unknown
  readonly act?: unknown
  readonly may_act?: unknown
}

export interface Confirmation {
  readonly jkt?: string
  readonly 'x5t#S256'?: string
}

/** The claim by which a token finds its grant again: with the grant, the token ends before its time. */
export const grantClaim = 'gid'

export function looksLikeJwt(token: string): boolean {
  return token.startsWith('eyJ') && token.split('.').length === 3
}

/** Signature, type, issuer and time. Whether it was revoked is another question: `isAlive`. */
export async function verifyJwtAccessToken(runtime: Runtime, token: string): Promise<JwtAccessToken | undefined> {
  const { realm, ports, verificationKeys } = runtime
  try {
    const { payload } = await jwtVerify(token, verificationKeys, {
      issuer: realm.issuer,
      typ: 'at+jwt',
      algorithms: [...realm.tokens.signingAlgorithms],
      requiredClaims: ['jti', 'client_id', 'sub', 'iat', 'exp', 'aud'],
      currentDate: new Date(ports.now() * 1000),
    })
    const { [grantClaim]: grantId, ...claims } = payload
    return { ...claims, ...(typeof grantId === 'string' ? { grantId } : {}) } as unknown as JwtAccessToken
  } catch (error) {
    if (error instanceof joseErrors.JOSEError) return undefined
    throw error
  }
}

/** Not revoked, of a client that is still served, under a grant that still stands. */
export async function isAlive(
  runtime: Pick<Runtime, 'ports' | 'provider' | 'realm'>,
  token: Pick<JwtAccessToken, 'jti' | 'client_id' | 'grantId'>,
): Promise<boolean> {
  const { ports, provider, realm } = runtime
  const [isRevoked, client, hasGrant] = await Promise.all([
    ports.revokedTokens.has(realm.name, token.jti),
    provider.Client.find(token.client_id),
    token.grantId === undefined || standingGrant(provider, token.grantId, token.client_id),
  ])
  return !isRevoked && hasGrant && (client !== undefined || (await outlivesClient(runtime, token)))
}

export async function standingGrant(
  provider: Runtime['provider'],
  grantId: string,
  client_id: string | undefined,
): Promise<boolean> {
  const grant = await provider.Grant.find(grantId)
  return grant !== undefined && !grant.isExpired && grant.clientId === client_id
}
