import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JsonValue, Refusal } from '../../../src/registration/index.ts'
import {
  checkConsistency,
  checkRedirectUri,
  completeMetadata,
  memberNames,
  parseMetadata,
} from '../../../src/registration/metadata/index.ts'
import { quickstartCapabilities, quickstartFeatures, quickstartRealm } from '../../support/realm.ts'

const seed = 7591
// Two shared cores can be busy; the property itself takes a second or two.
const timeout = 30_000
const grants = [
  'authorization_code',
  'implicit',
  'refresh_token',
  'client_credentials',
  'urn:openid:params:grant-type:ciba',
  'password',
  'x',
]
const responses = ['code', 'id_token', 'id_token code', 'token', 'none', 'code token', '']
const realm = quickstartRealm({
  capabilities: quickstartCapabilities({
    features: { ...quickstartFeatures, encryption: true, requestUris: true },
    grantTypes: grants.slice(0, 5),
    responseTypes: ['code', 'id_token', 'code id_token', 'none'],
  }),
})
const uris = [
  'https://app.example/cb',
  'https://b.example',
  'http://localhost:1/cb',
  'com.example.app:/cb',
  'cursor://x/cb',
  'javascript:alert(1)',
  'http://[::1',
  '',
]
const words = [
  'none',
  'client_secret_basic',
  'client_secret_jwt',
  'private_key_jwt',
  'ES256',
  'RS256',
  'HS256',
  'RSA-OAEP',
  'A128GCM',
  'poll',
  'web',
  'native',
]

const name = fc.oneof(fc.constantFrom(...memberNames(), '__proto__', 'client_name#fr', 'client_uri#DE'), fc.string())
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...words, ...uris, 'openid email', true, false, 0, null),
  fc.array(fc.constantFrom(...grants, ...responses, ...uris, ...words), { maxLength: 4 }),
  fc.jsonValue({ maxDepth: 4 }),
)
const wildBody = fc.dictionary(name, value, { maxKeys: 12 })

const plausibleBody = fc.record(
  {
    redirect_uris: fc.array(fc.constantFrom(...uris.slice(0, 5)), { maxLength: 3 }),
    grant_types: fc.array(fc.constantFrom(...grants), { maxLength: 4 }),
    response_types: fc.array(fc.constantFrom(...responses), { maxLength: 3 }),
    token_endpoint_auth_method: fc.constantFrom('none', 'client_secret_basic', 'client_secret_jwt', 'private_key_jwt', 'unknown'),
    token_endpoint_auth_methods_supported: fc.constantFrom(['none', 'unknown', 'private_key_jwt', 'client_secret_basic']),
    token_endpoint_auth_signing_alg: fc.constantFrom('HS256', 'ES256'),
    application_type: fc.constantFrom('web', 'native'),
    scope: fc.constantFrom('openid', 'openid openid email', 'email unknown', ''),
    jwks_uri: fc.constant('https://app.example/jwks'),
    id_token_encrypted_response_alg: fc.constantFrom('RSA-OAEP', 'ECDH-ES'),
    userinfo_encrypted_response_alg: fc.constantFrom('RSA-OAEP'),
    backchannel_token_delivery_mode: fc.constant('poll'),
    client_name: fc.string(),
    'client_name#fr': fc.string(),
    subject_type: fc.constantFrom('public', 'pairwise'),
  },
  { requiredKeys: [] },
)
const layer = fc.constantFrom(
  {},
  { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] },
  { response_types: ['code'], application_type: 'web', token_endpoint_auth_method: 'client_secret_post' },
  { scope: 'openid gone', jwks_uri: 'https://layer.example/jwks', token_endpoint_auth_signing_alg: 'ES256' },
  { grant_types: ['client_credentials'], client_name: 'Default' },
)
const strict = { repairsContradictions: false }

function complete(body: JsonValue, layers: readonly object[], rules = strict) {
  const { metadata } = completeMetadata(parseMetadata(body, realm), layers as [], realm, rules)
  checkConsistency(metadata, realm)
  return metadata
}

function unlessRefused<T>(attempt: () => T): T | undefined {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof Refusal) {
      expect(error.message).toMatch(/^[ !#-[\]-~]+$/)
      expect(error.violations.length).toBeGreaterThan(0)
      return undefined
    }
    throw error
  }
}

describe('whatever is sent', () => {
  it('is accepted or refused, and never a fault (DCR-REQ-09, SEC-INJ-05)', { timeout }, () => {
    fc.assert(
      fc.property(wildBody, fc.boolean(), (body, repairsContradictions) => {
        unlessRefused(() => complete(JSON.parse(JSON.stringify(body)), [], { repairsContradictions }))
      }),
      { seed, numRuns: 1000 },
    )
  })

  it('gives a client that is complete: registering it again changes nothing (DCM PUT of what GET told)', { timeout }, () => {
    let accepted = 0
    fc.assert(
      fc.property(plausibleBody, fc.array(layer, { maxLength: 3 }), fc.boolean(), (body, layers, repairsContradictions) => {
        const once = unlessRefused(() => complete(JSON.parse(JSON.stringify(body)), layers, { repairsContradictions }))
        if (once === undefined) return
        accepted += 1
        expect(complete(once as JsonValue, layers)).toEqual(once)
        expect(once.redirect_uris).toEqual(body.redirect_uris)
      }),
      { seed, numRuns: 1000 },
    )
    expect(accepted).toBeGreaterThan(100)
  })

  it('as a redirect URI is never seen differently by the platform when accepted (SEC-RU-03)', { timeout }, () => {
    const part = fc.constantFrom(
      'https',
      'http',
      ':',
      '//',
      '/',
      '@',
      '.',
      '..',
      '%2e',
      '\\',
      '#',
      '?',
      'app.example',
      'localhost',
      '[::1]',
      '1',
      'é',
      ' ',
      '*',
    )
    const text = fc.oneof(
      fc.array(part, { maxLength: 9 }).map((parts) => `https://${parts.join('')}`),
      fc.string(),
      fc.webUrl(),
    )
    fc.assert(
      fc.property(text, (uri) => {
        if (checkRedirectUri(uri, { applicationType: 'web', usesImplicit: false, realm }) !== undefined) return
        const { protocol, hostname, username, hash, pathname } = new URL(uri)
        expect([username, hash]).toEqual(['', ''])
        expect(uri.toLowerCase().startsWith(`${protocol}//${hostname}`)).toBe(true)
        expect(uri).toContain(pathname === '/' ? '' : pathname)
      }),
      { seed, numRuns: 1500 },
    )
  })

  it('is read in time that grows with its length only (SEC-DOS-06)', { timeout }, () => {
    const long = 200_000
    const hostile = [
      'a'.repeat(long),
      `https://${'a.'.repeat(long)}`,
      `client_name#${'a-'.repeat(long)}`,
      '%'.repeat(long),
      `${'a+'.repeat(long)}:`,
    ]
    const startedAt = performance.now()
    for (const text of hostile) {
      unlessRefused(() =>
        complete({ redirect_uris: [text], scope: text, client_uri: text, [text]: text, jwks: { keys: [{ kty: text }] } }, []),
      )
      checkRedirectUri(text, { applicationType: 'native', usesImplicit: false, realm })
    }
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })
})
