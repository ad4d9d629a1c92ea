import { compactVerify, createLocalJWKSet, decodeProtectedHeader, errors, type JSONWebKeySet } from 'jose'
import type { UpstreamPorts } from './ports.ts'
import { UpstreamFailure } from './upstream-failure.ts'

// Public keys alone: an HMAC under the client secret says that whoever knows that made the token, and `none` says nothing.
const algorithms = [...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'], ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']]

/**
 * The signature, whatever the way that the token came (OIDC Core §3.1.3.7 would let TLS stand for it). A key that is not known
 * yet is asked for: providers rotate theirs without telling.
 */
export async function verifyIdTokenSignature(token: string, jwksUri: string, fetch: UpstreamPorts['fetch']): Promise<void> {
  const { alg } = decodeProtectedHeader(token)
  if (alg === undefined || !algorithms.includes(alg)) throw new UpstreamFailure('failed', `the ID token is signed by ${alg}`)
  if (await isSigned(token, await keysAt(jwksUri, fetch, 'default'))) return
  if (await isSigned(token, await keysAt(jwksUri, fetch, 'reload'))) return
  throw new UpstreamFailure('failed', 'no key of the provider has signed the ID token')
}

async function keysAt(uri: string, fetch: UpstreamPorts['fetch'], cache: 'default' | 'reload'): Promise<JSONWebKeySet> {
  const keys: unknown = await (await fetch(uri, { headers: { accept: 'application/json' }, cache })).json()
  return keys as JSONWebKeySet
}

async function isSigned(token: string, keys: JSONWebKeySet): Promise<boolean> {
  try {
    await compactVerify(token, createLocalJWKSet(keys), { algorithms })
    return true
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) return isSignedByOne(token, error)
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}

/** A token that names no key: any of those that fit it. */
async function isSignedByOne(token: string, candidates: errors.JWKSMultipleMatchingKeys): Promise<boolean> {
  for await (const key of candidates) {
    try {
      await compactVerify(token, key, { algorithms })
      return true
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error
    }
  }
  return false
}
