import { base64url } from 'jose'
import type { JsonObject, JsonValue } from '../client.ts'
import { rsaBitsMax, rsaBitsMin, rsaExponentOctetsMax } from './ceilings.ts'

/**
 * What is wrong with one JWK as the public key of a client, going on from `a key that` (RFC 7517 §4, RFC 7518 §6, RFC 8037).
 * Types that we do not know are left alone, as RFC 7517 §5 wants it, unless they hold what only an owner may know.
 */
export function keyProblem(key: JsonObject): string | undefined {
  const { kty, kid, use } = key
  if (typeof kty !== 'string') return 'lacks kty, a string'
  if (kty === 'oct') return 'is symmetric; only public keys can be registered'
  if (privateMembers.some((member) => key[member] !== undefined)) return 'holds private parts; send the public key only'
  if (kid !== undefined && (typeof kid !== 'string' || kid === '')) return 'has a kid other than a non-empty string'
  if (use !== undefined && (typeof use !== 'string' || use === '')) return 'has a use other than a non-empty string'
  return operationsProblem(key['key_ops']) ?? materialProblem(key) ?? algorithmProblem(key)
}

/** A type, and a curve, that this server can compute with. */
export function isUsableKey(key: JsonObject): boolean {
  return keyAlgorithms({ ...key, alg: null }, 'sig').length + keyAlgorithms({ ...key, alg: null }, 'enc').length > 0
}

/** What the key can do for that use: all that its type and curve can, or what its `alg` says. */
export function keyAlgorithms({ kty, crv, alg }: JsonObject, use: 'sig' | 'enc'): readonly string[] {
  const family = families.get(kty === 'RSA' ? 'RSA' : `${String(kty)} ${String(crv)}`)
  const algorithms = family?.[use] ?? []
  return typeof alg === 'string' ? algorithms.filter((name) => name === alg || (isEdDsa(name) && isEdDsa(alg))) : algorithms
}

/** The bits of an RSA modulus; 0 for what is none. */
export function rsaBits({ n }: JsonObject): number {
  return bitLength(octets(n) ?? new Uint8Array())
}

/** RFC 7517 §4.7: the first certificate holds the same key. Its DER contains the bare key's octets as they are. */
export function certificateProblem({ kty, x5c, n, x, y }: JsonObject): string | undefined {
  if (x5c === undefined) return undefined
  if (!Array.isArray(x5c) || x5c.length === 0 || !x5c.every(isBase64))
    return 'has an x5c other than an array of base64 certificates'
  const certificate = latin1(
    base64url.decode(
      String(x5c[0])
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replace(/={1,2}$/, ''),
    ),
  )
  const parts = (kty === 'RSA' ? [n] : kty === 'EC' ? [x, y] : [x]).map((part) => latin1(octets(part) ?? new Uint8Array()))
  return certificate.includes(parts.join('')) ? undefined : 'differs from the key in its first x5c certificate'
}

export const privateMembers: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
const privateOperations: readonly JsonValue[] = ['sign', 'decrypt', 'unwrapKey']

interface Family {
  /** Octets of each coordinate; RSA has bounds of its own. */
  readonly octets: number
  readonly hasY: boolean
  readonly sig: readonly string[]
  readonly enc: readonly string[]
}

const agreement = ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW']

const families: ReadonlyMap<string, Family> = new Map([
  [
    'RSA',
    {
      octets: 0,
      hasY: false,
      sig: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
      enc: ['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'],
    },
  ],
  ['EC P-256', { octets: 32, hasY: true, sig: ['ES256'], enc: agreement }],
  ['EC P-384', { octets: 48, hasY: true, sig: ['ES384'], enc: agreement }],
  ['EC P-521', { octets: 66, hasY: true, sig: ['ES512'], enc: agreement }],
  ['OKP Ed25519', { octets: 32, hasY: false, sig: ['EdDSA', 'Ed25519'], enc: [] }],
  ['OKP X25519', { octets: 32, hasY: false, sig: [], enc: agreement }],
])

function materialProblem(key: JsonObject): string | undefined {
  if (key['kty'] === 'RSA') return rsaProblem(key)
  const family = families.get(`${String(key['kty'])} ${String(key['crv'])}`)
  if (family === undefined) return undefined
  const coordinates = family.hasY ? [key['x'], key['y']] : [key['x']]
  const isWhole = coordinates.every((coordinate) => octets(coordinate)?.length === family.octets)
  return isWhole ? undefined : `has coordinates of another length than ${family.octets} octets in base64url`
}

function rsaProblem({ n, e }: JsonObject): string | undefined {
  const modulus = octets(n)
  const exponent = octets(e)
  if (modulus === undefined || exponent === undefined) return 'lacks n and e, the modulus and exponent of an RSA key in base64url'
  const bits = bitLength(modulus)
  if (bits < rsaBitsMin || bits > rsaBitsMax) return `has an RSA modulus of other than ${rsaBitsMin} to ${rsaBitsMax} bits`
  const isSound = exponent.length <= rsaExponentOctetsMax && bitLength(exponent) > 1 && (exponent.at(-1) ?? 0) % 2 === 1
  return isSound ? undefined : `has an exponent that is not odd, greater than 1 and at most ${rsaExponentOctetsMax} octets long`
}

/** SEC-JWK-05: the algorithm belongs to the type, and to the use where one is given. */
function algorithmProblem(key: JsonObject): string | undefined {
  const { alg, use } = key
  if (alg === undefined || !isUsableKey(key)) return undefined
  if (typeof alg !== 'string') return 'has an alg other than a string'
  const forSignatures = keyAlgorithms(key, 'sig').length > 0
  const forEncryption = keyAlgorithms(key, 'enc').length > 0
  if (!forSignatures && !forEncryption) return 'has an alg that does not belong to its kty and crv'
  const agrees = (use !== 'sig' || forSignatures) && (use !== 'enc' || forEncryption)
  return agrees ? undefined : 'has an alg that contradicts its use'
}

function operationsProblem(operations: JsonValue | undefined): string | undefined {
  if (operations === undefined) return undefined
  if (!Array.isArray(operations) || !operations.every((operation) => typeof operation === 'string')) {
    return 'has key_ops other than an array of strings'
  }
  return operations.some((operation) => privateOperations.includes(operation))
    ? 'has key_ops that only a private key can do'
    : undefined
}

function isEdDsa(alg: string): boolean {
  return alg === 'EdDSA' || alg === 'Ed25519'
}

function octets(value: JsonValue | undefined): Uint8Array | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z0-9_-]+$/.test(value) || value.length % 4 === 1) return undefined
  return base64url.decode(value)
}

function bitLength(number: Uint8Array): number {
  const start = number.findIndex((octet) => octet !== 0)
  return start < 0 ? 0 : (number.length - start) * 8 - (Math.clz32(number[start] ?? 0) - 24)
}

function isBase64(value: JsonValue): boolean {
  return typeof value === 'string' && value.length > 0 && value.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(value)
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => String.fromCharCode(octet)).join('')
}
