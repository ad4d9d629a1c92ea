import { exportJWK, generateKeyPair, generateSecret, type JWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../../../src/registration/index.ts'
import { quickstartCapabilities, quickstartFeatures, quickstartRealm } from '../../support/realm.ts'
import { admit, refusalOf } from './admit.ts'

const realm = quickstartRealm({ capabilities: quickstartCapabilities({ features: { ...quickstartFeatures, encryption: true } }) })
const body = { redirect_uris: ['https://app.example/cb'] }
const withKeys = (...keys: readonly unknown[]): JsonObject => ({ ...body, jwks: { keys: keys as JsonValue[] } })
const accept = (...keys: readonly unknown[]) => admit(withKeys(...keys), { realm })
const refuse = (...keys: readonly unknown[]) => refusalOf(withKeys(...keys), { realm }).message

let rsa: JWK
let rsaPrivate: JWK
let ec: JWK
let okp: JWK
let secret: JWK

beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true })
  rsa = await exportJWK(pair.publicKey)
  rsaPrivate = await exportJWK(pair.privateKey)
  ec = await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey)
  okp = await exportJWK((await generateKeyPair('Ed25519', { extractable: true })).publicKey)
  secret = await exportJWK(await generateSecret('HS256', { extractable: true }))
})

/** What a DER certificate does: the bare key's octets somewhere between other octets. */
function certificateOf(...parts: readonly (string | undefined)[]): string {
  return Buffer.concat([
    Buffer.from('3082', 'hex'),
    ...parts.map((part) => Buffer.from(part ?? '', 'base64url')),
    Buffer.from('a0'),
  ]).toString('base64')
}

describe('a key set', () => {
  it('of public keys is accepted, with keys of unknown types beside known ones (RFC 7517 5)', () => {
    accept(rsa, { ...ec, kid: '1', use: 'sig', alg: 'ES256' }, okp, { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AA' })
  })

  it('with private or symmetric parts is refused, and they are not repeated (SEC-JWK-01, DCR-MD-13)', () => {
    const message = refuse(rsaPrivate)
    expect(message).toContain('private')
    expect(message).not.toContain(String(rsaPrivate.d))
    expect(refuse(ec, { ...ec, d: 'AA' })).toContain('number 2')
    expect(refuse(secret)).toContain('symmetric')
    expect(refuse({ kty: 'AKP', priv: 'AA' })).toContain('private')
    expect(refuse({ ...rsa, key_ops: ['sign'] })).toContain('private')
  })

  it.each([
    ['a string', 'text'],
    ['no keys', {}],
    ['keys that are no array', { keys: {} }],
    ['a key that is no object', { keys: ['x'] }],
    ['a key without kty', { keys: [{ n: 'AQAB' }] }],
    ['a number as kid', { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 7 }] }],
    ['unknown types only', { keys: [{ kty: 'XYZ' }] }],
    ['an unknown curve only', { keys: [{ kty: 'EC', crv: 'secp256k1', x: 'A'.repeat(43), y: 'A'.repeat(43) }] }],
    ['a coordinate that is too short', { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'A'.repeat(43) }] }],
    ['no y', { keys: [{ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43) }] }],
    ['a modulus outside base64url', { keys: [{ kty: 'RSA', n: '+/=', e: 'AQAB' }] }],
  ] satisfies [string, JsonValue][])('with %s is refused, member named (DCR-MD-13)', (_what, jwks) => {
    const { code, violations } = refusalOf({ ...body, jwks }, { realm })
    expect([code, violations[0]?.member]).toEqual(['invalid_client_metadata', 'jwks'])
  })

  it('with an RSA key that is too small, too large or has a strange exponent is refused (SEC-JWK-05, SEC-DOS-07)', () => {
    const modulus = (bits: number) => Buffer.alloc(bits / 8, 0xff).toString('base64url')
    expect(refuse({ kty: 'RSA', n: modulus(1024), e: 'AQAB' })).toContain('2048')
    expect(refuse({ kty: 'RSA', n: modulus(16_384), e: 'AQAB' })).toContain('8192')
    expect(
      refuse({ kty: 'RSA', n: Buffer.concat([Buffer.alloc(128), Buffer.alloc(128, 0xff)]).toString('base64url'), e: 'AQAB' }),
    ).toContain('2048')
    for (const e of ['AQ', 'Ag', 'AA', 'AQAAAAAB']) expect(refuse({ ...rsa, e })).toContain('exponent')
    accept({ kty: 'RSA', n: modulus(8192), e: 'AQAB' })
  })

  it('with an algorithm of another type or use is refused (SEC-JWK-05)', () => {
    expect(refuse({ ...rsa, alg: 'ES256' })).toContain('alg')
    expect(refuse({ ...ec, alg: 'HS256' })).toContain('alg')
    expect(refuse({ ...ec, alg: 'none' })).toContain('alg')
    expect(refuse({ ...rsa, alg: 'RSA-OAEP', use: 'sig' })).toContain('use')
    accept({ ...okp, alg: 'EdDSA' }, { ...okp, alg: 'Ed25519', kid: '2' })
  })

  it('with both kinds of keys says for every key which it is (OIDR-MD-07)', () => {
    expect(refuse({ ...rsa, use: 'enc' }, { ...ec, use: 'sig' }, okp)).toContain('use')
    accept({ ...rsa, use: 'enc' }, { ...ec, use: 'sig' })
  })

  it('with one kid for two keys of a type, or with too many keys, is refused (SEC-JWK-06, SEC-DOS-07)', () => {
    expect(refuse({ ...ec, kid: 'a' }, { ...ec, kid: 'a' })).toContain('kid')
    accept({ ...ec, kid: 'a' }, { ...rsa, kid: 'a' })
    expect(refuse(...Array.from({ length: 21 }, (_, index) => ({ ...okp, kid: `${index}` })))).toContain('20')
  })

  it('with a certificate of another key is refused (OIDR-MD-07)', () => {
    accept({ ...rsa, x5c: [certificateOf(rsa.n)] })
    accept({ ...ec, x5c: [certificateOf(ec.x, ec.y)] })
    expect(refuse({ ...rsa, x5c: [certificateOf(ec.x, ec.y)] })).toContain('x5c')
    expect(refuse({ ...rsa, x5c: [] })).toContain('x5c')
    expect(refuse({ ...rsa, x5c: ['not base64!'] })).toContain('x5c')
  })
})

describe('keys that something needs', () => {
  const method = (token_endpoint_auth_method: string, alg?: string) => ({
    token_endpoint_auth_method,
    ...(alg === undefined ? {} : { token_endpoint_auth_signing_alg: alg }),
  })

  it('have to be in the set, and to fit (DCR-GR-10, OIDR-ALG-03)', () => {
    admit({ ...withKeys(ec), ...method('private_key_jwt', 'ES256') }, { realm })
    admit({ ...withKeys(okp), ...method('private_key_jwt') }, { realm })
    admit({ ...withKeys(rsa), id_token_encrypted_response_alg: 'RSA-OAEP' }, { realm })
    const unfit: readonly JsonObject[] = [
      { ...withKeys(rsa), ...method('private_key_jwt', 'ES256') },
      { ...withKeys({ ...rsa, use: 'enc' }), ...method('private_key_jwt') },
      { ...withKeys(), ...method('private_key_jwt') },
      { ...withKeys(rsa), ...method('self_signed_tls_client_auth') },
    ]
    for (const unfitBody of unfit)
      expect(refusalOf(unfitBody, { realm }).violations[0]?.member).toBe('token_endpoint_auth_method')
    const encryption = { ...withKeys({ ...rsa, use: 'sig' }), id_token_encrypted_response_alg: 'RSA-OAEP' }
    expect(refusalOf(encryption, { realm }).message).toContain('id_token_encrypted_response_alg')
  })

  it('hold the certificate where the client authenticates with it (RFC 8705 2.2)', () => {
    const metadata = admit(
      { ...withKeys({ ...rsa, x5c: [certificateOf(rsa.n)] }), ...method('self_signed_tls_client_auth') },
      { realm },
    )
    expect(metadata.token_endpoint_auth_method).toBe('self_signed_tls_client_auth')
  })
})
