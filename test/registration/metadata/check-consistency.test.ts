import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../../../src/registration/index.ts'
import {
  checkSectorDocument,
  needsClearSecret,
  needsSecret,
  requiresSectorDocument,
} from '../../../src/registration/metadata/index.ts'
import { quickstartCapabilities, quickstartFeatures, quickstartRealm } from '../../support/realm.ts'
import { admit, refusalFrom, refusalOf } from './admit.ts'

const redirect_uris = ['https://app.example/cb']
const jwks_uri = 'https://app.example/jwks'
const ciba = 'urn:openid:params:grant-type:ciba'
const everything = quickstartRealm({
  capabilities: quickstartCapabilities({
    features: { ...quickstartFeatures, encryption: true, requestUris: true, frontchannelLogout: true },
    grantTypes: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials', ciba],
    responseTypes: ['code', 'id_token', 'code id_token'],
    signingAlgorithms: ['ES256', 'RS256', 'HS256', 'none'],
    encryptionAlgorithms: ['RSA-OAEP', 'ECDH-ES', 'dir', 'A256KW'],
    cibaDeliveryModes: ['poll', 'ping'],
  }),
})
const accept = (body: JsonObject) => admit({ redirect_uris, ...body }, { realm: everything })
const refuse = (body: JsonObject) => refusalOf({ redirect_uris, ...body }, { realm: everything })

const contradictions: [string, JsonObject, string][] = [
  ['token_endpoint_auth_method', { token_endpoint_auth_method: 'private_key_jwt' }, 'DCR-GR-10'],
  ['token_endpoint_auth_method', { token_endpoint_auth_method: 'self_signed_tls_client_auth' }, 'DCR-GR-10'],
  ['token_endpoint_auth_method', { token_endpoint_auth_method: 'tls_client_auth' }, 'RFC 8705'],
  [
    'token_endpoint_auth_method',
    { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_dns: 'a', tls_client_auth_subject_dn: 'CN=a' },
    'RFC 8705',
  ],
  [
    'tls_client_auth_subject_dn',
    { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: '/C=DE/CN=a' },
    'RFC 4514',
  ],
  ['grant_types', { token_endpoint_auth_method: 'none', grant_types: ['client_credentials'] }, 'DCR-GR-08'],
  ['grant_types', { token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'client_credentials'] }, 'DCR-GR-08'],
  [
    'grant_types',
    { token_endpoint_auth_method: 'none', grant_types: [ciba], backchannel_token_delivery_mode: 'poll' },
    'CIBA 7.1',
  ],
  ['application_type', { application_type: 'mobile' }, 'OIDR-AT-09'],
  ['subject_type', { subject_type: 'unknown' }, 'OIDR-MD-10'],
  ['id_token_signed_response_alg', { id_token_signed_response_alg: 'RS1' }, 'OIDR-ALG-01'],
  ['id_token_signed_response_alg', { id_token_signed_response_alg: 'none', response_types: ['code id_token'] }, 'OIDR-MD-11'],
  ['id_token_signed_response_alg', { id_token_signed_response_alg: 'HS256', token_endpoint_auth_method: 'none' }, 'OIDR-ALG-04'],
  [
    'id_token_encrypted_response_alg',
    { id_token_encrypted_response_alg: 'dir', token_endpoint_auth_method: 'none' },
    'OIDR-ALG-04',
  ],
  ['id_token_encrypted_response_alg', { id_token_encrypted_response_alg: 'RSA-OAEP' }, 'OIDR-ALG-03'],
  ['id_token_encrypted_response_alg', { id_token_encrypted_response_alg: 'RSA1_5', jwks_uri }, 'OIDR-ALG-06'],
  ['id_token_encrypted_response_enc', { id_token_encrypted_response_enc: 'A128GCM' }, 'OIDR-MD-12'],
  ['userinfo_encrypted_response_enc', { userinfo_encrypted_response_enc: 'A128GCM' }, 'OIDR-MD-14'],
  ['request_object_encryption_enc', { request_object_encryption_enc: 'A128GCM' }, 'OIDR-MD-16'],
  ['request_object_signing_alg', { request_object_signing_alg: 'none', require_signed_request_object: true }, 'RFC 9101'],
  ['request_object_signing_alg', { request_object_signing_alg: 'ES256' }, 'DCR-GR-10'],
  [
    'token_endpoint_auth_signing_alg',
    { token_endpoint_auth_method: 'private_key_jwt', jwks_uri, token_endpoint_auth_signing_alg: 'HS256' },
    'OIDR-MD-18',
  ],
  [
    'token_endpoint_auth_signing_alg',
    { token_endpoint_auth_method: 'client_secret_jwt', token_endpoint_auth_signing_alg: 'ES256' },
    'OIDR-MD-18',
  ],
  [
    'token_endpoint_auth_signing_alg',
    { token_endpoint_auth_method: 'client_secret_jwt', token_endpoint_auth_signing_alg: 'none' },
    'OIDR-MD-18',
  ],
  ['dpop_bound_access_tokens', { dpop_bound_access_tokens: true, tls_client_certificate_bound_access_tokens: true }, 'RFC 9449'],
  ['backchannel_token_delivery_mode', { grant_types: [ciba] }, 'CIBA 4'],
  ['backchannel_token_delivery_mode', { grant_types: [ciba], backchannel_token_delivery_mode: 'push' }, 'CIBA 4'],
  ['backchannel_client_notification_endpoint', { grant_types: [ciba], backchannel_token_delivery_mode: 'ping' }, 'CIBA 4'],
]

describe('a client that contradicts itself is refused, the member named', () => {
  it.each(contradictions)('%s in %j (%s)', (member, body) => {
    const { code, violations } = refuse(body)
    expect(code).toBe('invalid_client_metadata')
    expect(violations.map((violation) => violation.member)).toContain(member)
  })

  it('accepts what agrees with itself', () => {
    accept({ token_endpoint_auth_method: 'private_key_jwt', jwks_uri, token_endpoint_auth_signing_alg: 'ES256' })
    accept({
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_san_dns: 'a.example',
      tls_client_certificate_bound_access_tokens: true,
    })
    accept({ id_token_signed_response_alg: 'HS256', id_token_encrypted_response_alg: 'dir' })
    accept({ id_token_encrypted_response_alg: 'RSA-OAEP', jwks_uri })
    accept({ grant_types: [ciba], backchannel_token_delivery_mode: 'poll', backchannel_user_code_parameter: true })
    accept({ default_acr_values: ['anything'], default_max_age: 0 })
  })
})

describe('addresses', () => {
  const production = { ...everything, development: false, issuer: 'https://as.example' }
  const single = [
    'client_uri',
    'client_uri#fr',
    'logo_uri',
    'tos_uri',
    'policy_uri',
    'information_uri',
    'organization_uri',
    'jwks_uri',
    'sector_identifier_uri',
    'initiate_login_uri',
    'backchannel_logout_uri',
    'frontchannel_logout_uri',
  ]
  const lists = ['post_logout_redirect_uris', 'request_uris']
  const asMember = (name: string, uri: string): JsonObject => ({ [name]: lists.includes(name) ? [uri] : uri })
  const hostile = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'ftp://app.example/',
    'file:///etc/passwd',
    'http://app.example/',
    'com.example.app:/cb',
    'https://user:pw@app.example/',
    'https://app.example\\@evil.example/',
    'https://app.example/%2e%2e/x',
    'https://*.example/',
    'https://0x7f.1/',
    'https://\u0430pp.example/',
    'https://app.example/\u202e',
    'https://as.example/x',
    'https://AS.example:444/x',
    '//app.example/',
    'app.example',
    'https://',
  ]

  for (const name of [...single, ...lists]) {
    it(`in ${name} are as clean as redirect URIs (SEC-RU-01, SEC-RU-08, DCR-I18N-06)`, () => {
      for (const uri of hostile) {
        const refusal = refusalOf({ redirect_uris, ...asMember(name, uri) }, { realm: production })
        expect([uri, refusal.violations[0]?.member]).toEqual([uri, name])
        expect(refusal.message).toMatch(/^[ !#-[\]-~]+$/)
      }
      admit({ redirect_uris, ...asMember(name, 'https://app.example/page?x=1') }, { realm: production })
    })
  }

  it('of pages may be plain http in development, keys and callbacks on loopback only (DCR-MD-12)', () => {
    accept({ client_uri: 'http://localhost:3000', logo_uri: 'http://app.example/l.png', jwks_uri: 'http://127.0.0.1:9999/jwks' })
    for (const name of ['jwks_uri', 'backchannel_logout_uri'])
      expect(refuse({ [name]: 'http://app.example/x' }).message).toContain(name)
    for (const name of ['sector_identifier_uri', 'initiate_login_uri'])
      expect(refuse({ [name]: 'http://localhost/x' }).message).toContain('https')
    expect(refusalOf({ redirect_uris, jwks_uri: 'http://127.0.0.1:9999/jwks' }, { realm: production }).message).toContain('https')
  })

  it('of keys cannot be the server itself (SEC-JWK-03)', () => {
    expect(refuse({ jwks_uri: 'http://localhost:4400/jwks' }).message).toContain('this server')
  })

  it('have a fragment only on pages and, as a hash, on request objects (OIDR-LO-05, OIDR-MD-23)', () => {
    accept({ tos_uri: 'https://app.example/#/terms', request_uris: [`https://app.example/r#${'A'.repeat(43)}`] })
    for (const name of ['backchannel_logout_uri', 'jwks_uri', 'frontchannel_logout_uri']) {
      expect(refuse({ [name]: 'https://app.example/x#y' }).message).toContain('fragment')
    }
    expect(refuse({ request_uris: ['https://app.example/r#short'] }).message).toContain('fragment')
    expect(refuse({ post_logout_redirect_uris: ['https://app.example/x#y'] }).message).toContain('fragment')
  })

  it('of request objects may be plain http when the objects are signed (OIDR-MD-23)', () => {
    const request_uris = ['http://app.example/r']
    expect(refuse({ request_uris }).message).toContain('request_uris')
    accept({ request_uris, request_object_signing_alg: 'ES256', jwks_uri })
  })

  it('of front-channel logout share scheme, host and port with a redirect URI (OIDR-LO-03)', () => {
    accept({ frontchannel_logout_uri: 'https://app.example:443/out' })
    for (const uri of ['https://other.example/out', 'https://app.example:8443/out', 'http://app.example/out']) {
      expect(refuse({ frontchannel_logout_uri: uri }).message).toContain('frontchannel_logout_uri')
    }
  })

  it('after logout may be custom schemes for native clients only (OIDR-LO-01)', () => {
    const post_logout_redirect_uris = ['com.example.app:/bye']
    expect(refuse({ post_logout_redirect_uris }).code).toBe('invalid_client_metadata')
    accept({ post_logout_redirect_uris, application_type: 'native' })
  })
})

describe('a pairwise client', () => {
  const pairwise: JsonObject = { subject_type: 'pairwise' }
  const sector = 'https://app.example/sector.json'

  it.each([
    [{ redirect_uris: ['https://a.example/cb', 'https://b.example/cb'] }],
    [{ redirect_uris: ['com.example.app:/cb'], application_type: 'native' }],
    [{ redirect_uris: ['http://127.0.0.1/cb'], application_type: 'native' }],
    [{ redirect_uris: [], grant_types: ['client_credentials'] }],
  ] satisfies [JsonObject][])('needs a sector with %j (OIDR-SEC-06, OIDR-SEC-11)', (body) => {
    expect(refuse({ ...pairwise, ...body }).message).toContain('sector_identifier_uri')
    accept({ ...pairwise, ...body, sector_identifier_uri: sector })
  })

  it('needs none with a single redirect host (OIDR-SEC-05)', () => {
    accept({ ...pairwise, redirect_uris: ['https://a.example/1', 'https://a.example/2'] })
  })

  it('is refused when the sector does not list a redirect URI code point by code point (OIDR-SEC-02, OIDR-SEC-09)', () => {
    const metadata = accept({ ...pairwise, sector_identifier_uri: sector })
    expect(requiresSectorDocument(metadata, quickstartRealm())).toBe(true)
    expect(requiresSectorDocument(accept({}), quickstartRealm())).toBe(false)
    checkSectorDocument(metadata, ['https://other.example/', ...redirect_uris])
    for (const document of [[], ['https://app.example/cb/'], ['HTTPS://app.example/cb']]) {
      expect(refusalFrom(() => checkSectorDocument(metadata, document)).code).toBe('invalid_client_metadata')
    }
  })

  it('of the backchannel is listed by its key set (OIDR-SEC-14)', () => {
    const metadata = { subject_type: 'pairwise', grant_types: [ciba], jwks_uri, sector_identifier_uri: sector }
    expect(refusalFrom(() => checkSectorDocument(metadata, [])).message).toContain(jwks_uri)
    checkSectorDocument(metadata, [jwks_uri])
  })
})

describe('a secret', () => {
  it.each([
    [{ token_endpoint_auth_method: 'client_secret_basic' }, true, false],
    [{ token_endpoint_auth_method: 'client_secret_post' }, true, false],
    [{ token_endpoint_auth_method: 'client_secret_jwt' }, true, true],
    [{ token_endpoint_auth_method: 'none' }, false, false],
    [{ token_endpoint_auth_method: 'private_key_jwt' }, false, false],
    [{ token_endpoint_auth_method: 'tls_client_auth' }, false, false],
    [{ token_endpoint_auth_method: 'private_key_jwt', id_token_signed_response_alg: 'HS256' }, true, true],
    [{ token_endpoint_auth_method: 'private_key_jwt', request_object_encryption_alg: 'A256KW' }, true, true],
    [{ token_endpoint_auth_method: 'client_secret_basic', userinfo_encrypted_response_alg: 'dir' }, true, true],
    [{ token_endpoint_auth_method: 'client_secret_basic', id_token_encrypted_response_alg: 'RSA-OAEP' }, true, false],
  ] satisfies [Record<string, JsonValue>, boolean, boolean][])(
    'of %j is needed: %s, in clear: %s (DCR-RSP-11, DCR-RSP-15)',
    (metadata, isNeeded, inClear) => {
      expect([needsSecret(metadata), needsClearSecret(metadata)]).toEqual([isNeeded, inClear])
    },
  )
})
