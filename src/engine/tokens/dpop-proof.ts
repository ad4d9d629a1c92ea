import { calculateJwkThumbprint, EmbeddedJWK, errors as joseErrors, jwtVerify } from 'jose'
import type { Realm } from '../../registration/index.ts'
import { sha256 } from '../digest.ts'
import type { Runtime } from '../runtime.ts'
import { spendIdentifier } from './spent-identifiers.ts'

const everyAlgorithm = ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] as const

/** What proofs can be signed with, of what clients of the realm sign with at all. */
export function dpopAlgorithms({ capabilities }: Realm): (typeof everyAlgorithm)[number][] {
  return everyAlgorithm.filter((algorithm) => capabilities.clientSigningAlgorithms.includes(algorithm))
}

/** RFC 9449 §11.1: how far the clocks of client and server may differ, and how long a proof is remembered. */
const freshSeconds = 300

export interface PresentedProof {
  readonly proof: string
  readonly accessToken: string
  readonly client_id: string
  readonly method: string
  readonly url: string
}

/** RFC 9449 §4.3 at a protected resource: the thumbprint of the key that was proven, or nothing. */
export async function proveDpopKey(runtime: Runtime, presented: PresentedProof): Promise<string | undefined> {
  try {
    const { payload, protectedHeader } = await jwtVerify(presented.proof, EmbeddedJWK, {
      algorithms: dpopAlgorithms(runtime.realm),
      typ: 'dpop+jwt',
      requiredClaims: ['jti', 'iat', 'htm', 'htu', 'ath'],
      currentDate: new Date(runtime.ports.now() * 1000),
    })
    if (protectedHeader.jwk === undefined || !isAbout(payload, presented) || !isFresh(payload.iat, runtime)) return undefined
    const expiresAt = runtime.ports.now() + freshSeconds
    const isFirstUse = await spendIdentifier(runtime.ports, runtime.realm, {
      client_id: presented.client_id,
      id: `${presented.client_id} ${payload.jti}`,
      expiresAt,
    })
    return isFirstUse ? await calculateJwkThumbprint(protectedHeader.jwk) : undefined
  } catch (error) {
    if (error instanceof joseErrors.JOSEError) return undefined
    throw error
  }
}

function isAbout(payload: Readonly<Record<string, unknown>>, { accessToken, method, url }: PresentedProof): boolean {
  return payload['htm'] === method && payload['ath'] === sha256(accessToken) && withoutQuery(payload['htu']) === withoutQuery(url)
}

function withoutQuery(value: unknown): string | undefined {
  const url = typeof value === 'string' ? URL.parse(value) : null
  return url === null ? undefined : `${url.origin}${url.pathname}`
}

function isFresh(iat: number | undefined, { ports }: Runtime): boolean {
  return iat !== undefined && Math.abs(ports.now() - iat) <= freshSeconds
}
