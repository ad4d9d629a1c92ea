import { createHash, randomUUID, X509Certificate } from 'node:crypto'
import { type CryptoKey, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, issueCertificate } from '../support/certificates.ts'
import { fetchWith } from '../support/client-identity.ts'
import { clientKey } from '../support/client-keys.ts'
import { codeVerifier, decode, type Parameters, post } from '../support/flows.ts'
import { createDpopKey } from '../support/proofs.ts'
import { type RegisteredClient, read, register, registered, update } from '../support/registration-client.ts'
import { authorize, createBrowser, textOf } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uri = 'https://rp.example/cb'
const challenge = createHash('sha256').update(codeVerifier).digest('base64url')
const plainHttp = { execute: [client.allowInsecureRequests] }
const insecure = { [oauth.allowInsecureRequests]: true } as const

let key: Awaited<ReturnType<typeof clientKey>>
let rsa: Awaited<ReturnType<typeof clientKey>>
let certificate: Certificate
beforeAll(async () => {
  key = await clientKey('ES256', 'of-the-client')
  rsa = await clientKey('RS256', 'too-weak')
  certificate = issueCertificate({ subject: '/CN=client' })
})

const plain = () => ({
  redirect_uris: [redirect_uri],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: { keys: [key.jwk, rsa.jwk] },
})

function selfSigned() {
  const x509 = new X509Certificate(certificate.cert)
  const jwk = { ...x509.publicKey.export({ format: 'jwk' }), use: 'sig', x5c: [x509.raw.toString('base64')] }
  return { redirect_uris: [redirect_uri], token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks: { keys: [jwk] } }
}

describe('FAPI 2.0 Security Profile, registration (SEC-F2-12)', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/fapi2.yaml' })

  it.each([
    ['no authentication', { token_endpoint_auth_method: 'none', jwks: undefined }, 'token_endpoint_auth_method'],
    ['a secret', { token_endpoint_auth_method: 'client_secret_basic' }, 'token_endpoint_auth_method'],
    ['a secret that signs', { token_endpoint_auth_method: 'client_secret_jwt' }, 'token_endpoint_auth_method'],
    ['a key to come', { jwks: undefined }, 'token_endpoint_auth_method'],
    ['RS256 for ID tokens', { id_token_signed_response_alg: 'RS256' }, 'id_token_signed_response_alg'],
    ['no signature at all', { id_token_signed_response_alg: 'none' }, 'id_token_signed_response_alg'],
    ['RS256 for assertions', { token_endpoint_auth_signing_alg: 'RS256' }, 'token_endpoint_auth_signing_alg'],
    ['RS256 for requests', { request_object_signing_alg: 'RS256' }, 'request_object_signing_alg'],
    ['unsigned requests', { request_object_signing_alg: 'none' }, 'request_object_signing_alg'],
    ['an http redirect', { redirect_uris: ['http://rp.example/cb'] }, 'redirect_uris'],
    ['a web client on loopback', { redirect_uris: ['http://127.0.0.1/cb'], application_type: 'web' }, 'redirect_uris'],
    ['a wildcard', { redirect_uris: ['https://*.rp.example/cb'] }, 'redirect_uris'],
    ['tokens in the front channel', { grant_types: ['implicit'], response_types: ['id_token token'] }, 'response_types'],
    ['a hybrid flow', { response_types: ['code id_token'], grant_types: ['authorization_code', 'implicit'] }, 'response_types'],
  ])('refuses %s (SEC-F2-01, SEC-F2-07, SEC-F2-10)', async (_what, change, member) => {
    const { status, body } = await register(server, { ...plain(), ...change })
    expect([status, body['error']]).toEqual([
      400,
      member === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata',
    ])
    expect(String(body['error_description'])).toContain(member)
  })

  it('answers what it will demand, whatever was said of it (SEC-F2-02, SEC-F2-03)', async () => {
    const silent = await registered(server, plain())
    const demanded = { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true }
    expect(silent).toMatchObject({ ...demanded, id_token_signed_response_alg: 'ES256' })
    expect(silent['client_secret']).toBeUndefined()
    const contrary = { require_pushed_authorization_requests: false, dpop_bound_access_tokens: false }
    expect(await registered(server, { ...plain(), ...contrary })).toMatchObject(demanded)
    const { token_endpoint_auth_method: _method, ...withoutMethod } = plain()
    expect(await registered(server, withoutMethod)).toMatchObject({ token_endpoint_auth_method: 'private_key_jwt' })
  })

  it('binds the tokens of who shows a certificate to that', async () => {
    const answer = await registered(server, selfSigned())
    expect(answer).toMatchObject({ tls_client_certificate_bound_access_tokens: true })
    expect(answer['dpop_bound_access_tokens']).toBeUndefined()
  })

  it('demands it of an update, a merge, and an administrator as well', async () => {
    const known = await registered(server, plain())
    const { client_id } = known
    const demanded = { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true }
    const lax = { require_pushed_authorization_requests: false, dpop_bound_access_tokens: false }
    expect((await update(known, { client_id, ...plain(), ...lax })).body).toMatchObject(demanded)
    const weaker = await update(known, { client_id, ...plain(), token_endpoint_auth_method: 'client_secret_post' })
    expect([weaker.status, weaker.body['error']]).toEqual([400, 'invalid_client_metadata'])
    const edited = await server.admin('PATCH', `/realms/default/clients/${client_id}`, lax)
    expect(edited.status).toBeLessThan(500)
    expect((await read(known)).body).toMatchObject(demanded)
    const made = await server.admin('POST', '/realms/default/clients', {
      client_id: 'by-hand',
      token_endpoint_auth_method: 'none',
      redirect_uris: [redirect_uri],
    })
    expect(made.status).toBe(422)
  })

  it('lets a native app listen on loopback, with a key of its own', async () => {
    const native = { ...plain(), redirect_uris: ['http://127.0.0.1/cb'], application_type: 'native' }
    expect((await register(server, native)).status).toBe(201)
  })

  it('says in discovery what it does, and nothing weaker', async () => {
    const metadata = await (await fetch(`${server.url}/.well-known/openid-configuration`)).json()
    expect(metadata).toMatchObject({
      require_pushed_authorization_requests: true,
      response_types_supported: ['code'],
      token_endpoint_auth_methods_supported: ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'],
      token_endpoint_auth_signing_alg_values_supported: ['PS256', 'ES256', 'EdDSA', 'Ed25519'],
      id_token_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA'],
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519', 'PS256'],
      code_challenge_methods_supported: ['S256'],
      tls_client_certificate_bound_access_tokens: true,
      authorization_response_iss_parameter_supported: true,
    })
    expect(JSON.stringify(metadata)).not.toContain('RS256')
    expect(metadata).not.toHaveProperty('require_signed_request_object')
  })
})

describe('FAPI 2.0 Security Profile, requests', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/fapi2.yaml' })
  let known: RegisteredClient
  beforeAll(async () => {
    known = await registered(server, { ...plain(), grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] })
  })

  const request = (changes: Parameters = {}): Parameters => {
    const all: Parameters = {
      ...{ client_id: known.client_id, redirect_uri, response_type: 'code', scope: 'openid', state: 's', nonce: 'n'.repeat(64) },
      ...{ code_challenge: challenge, code_challenge_method: 'S256', ...changes },
    }
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
  }
  const signed = async (
    claims: object = {},
    header: { alg: string; key: CryptoKey } = { alg: 'ES256', key: key.privateKey },
  ) => ({
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await new SignJWT({
      ...{ iss: known.client_id, sub: known.client_id, aud: server.url, jti: randomUUID() },
      ...{ iat: now(), exp: now() + 60, ...claims },
    })
      .setProtectedHeader({ alg: header.alg })
      .sign(header.key),
  })
  const now = () => Math.floor(Date.now() / 1000)
  const push = async (changes: Parameters = {}) => post(server, '/par', { ...request(changes), ...(await signed()) })

  it('refuses an authorization request that was not pushed (SEC-F2-03)', async () => {
    const page = await createBrowser(server).visit(`${server.url}/authorize?${new URLSearchParams(request())}`)
    expect(page.location?.searchParams.get('error') ?? textOf(page)).toContain('invalid_request')
    expect(page.location?.searchParams.has('code') ?? false).toBe(false)
  })

  it.each([
    ['without authentication', {}, 401],
    ['by another client', { client_id: 'somebody-else' }, 401],
  ])('refuses a pushed request %s (SEC-F2-03)', async (_what, changes, status) => {
    expect((await post(server, '/par', request(changes))).status).toBe(status)
  })

  it.each([
    ['redirect_uri left out', { redirect_uri: '' }],
    ['another redirect_uri', { redirect_uri: `${redirect_uri}/` }],
    ['no proof key', { code_challenge: '', code_challenge_method: '' }],
    ['a plain proof key', { code_challenge: codeVerifier, code_challenge_method: 'plain' }],
    ['tokens in the front channel', { response_type: 'code id_token' }],
  ])('refuses a pushed request with %s (SEC-F2-03, SEC-F2-04)', async (_what, changes) => {
    const { status, body } = await push(changes)
    expect([status, body.error]).toEqual([400, expect.stringMatching(/^(invalid_request|unsupported_response_type)$/)])
  })

  it.each([
    ['for an endpoint', () => ({ aud: `${server.url}/token` })],
    ['for a list', () => ({ aud: [server.url] })],
    ['from the future', () => ({ iat: now() + 61, nbf: now() + 61 })],
    ['that is over', () => ({ iat: now() - 120, exp: now() - 60 })],
  ])('refuses an assertion %s (SEC-F2-05, SEC-F2-08)', async (_what, claims) => {
    const { status, body } = await post(server, '/par', { ...request(), ...(await signed(claims())) })
    expect([status, body.error]).toEqual([401, 'invalid_client'])
  })

  it('refuses an assertion that is signed with RS256 (SEC-F2-07)', async () => {
    const weak = await signed({}, { alg: 'RS256', key: rsa.privateKey })
    expect((await post(server, '/par', { ...request(), ...weak })).body.error).toBe('invalid_client')
  })

  it('takes an assertion of a clock that is nine seconds ahead (SEC-F2-08)', async () => {
    const early = await signed({ iat: now() + 9, nbf: now() + 9 })
    expect((await post(server, '/par', { ...request(), ...early })).status).toBe(201)
  })

  it('keeps a pushed request for less than ten minutes (SEC-F2-03)', async () => {
    const { status, body } = await push()
    expect(status).toBe(201)
    expect(Number(body['expires_in'])).toBeLessThan(600)
  })

  it('gives no token to who proves no key (SEC-F2-02)', async () => {
    const grant = { grant_type: 'client_credentials' }
    const bearer = await post(server, '/token', { ...grant, ...(await signed()) })
    expect([bearer.status, bearer.body.error]).toEqual([400, 'invalid_grant'])
    const mine = await createDpopKey()
    const bound = await post(
      server,
      '/token',
      { ...grant, ...(await signed()) },
      { dpop: await mine.prove('POST', `${server.url}/token`) },
    )
    expect(bound.body).toMatchObject({ token_type: 'DPoP' })
  })
})

describe('FAPI 2.0 Security Profile, from registration to refresh', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/fapi2.yaml' })
  const grant_types = ['authorization_code', 'refresh_token']

  it('works with openid-client and DPoP: pushed, bound, iss in the answer, no rotation (SEC-F2-04, SEC-F2-06, SEC-F2-09)', async () => {
    const metadata = { ...plain(), grant_types }
    const authentication = client.PrivateKeyJwt({ key: key.privateKey, kid: 'of-the-client' })
    const configuration = await client.dynamicClientRegistration(
      new URL(server.url),
      metadata as never,
      authentication,
      plainHttp,
    )
    const DPoP = client.getDPoPHandle(configuration, await client.randomDPoPKeyPair('ES256'))
    const state = client.randomState()
    const parameters = {
      ...{ redirect_uri, scope: 'openid email offline_access', prompt: 'consent', state, nonce: 'n'.repeat(64) },
      ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    }
    const url = await client.buildAuthorizationUrlWithPAR(configuration, parameters, { DPoP })
    const back = await authorize(server, url)
    expect(back.searchParams.get('iss')).toBe(server.url)
    const checks = { pkceCodeVerifier: codeVerifier, expectedState: state, expectedNonce: 'n'.repeat(64), idTokenExpected: true }
    const tokens = await client.authorizationCodeGrant(configuration, back, checks, undefined, { DPoP })
    expect(tokens.token_type).toBe('dpop')
    expect(decode(tokens.id_token ?? '').header['alg']).toBe('ES256')
    const subject = tokens.claims()?.sub ?? ''
    expect(await client.fetchUserInfo(configuration, tokens.access_token, subject, { DPoP })).toMatchObject({ sub: subject })
    const refreshed = await client.refreshTokenGrant(configuration, tokens.refresh_token ?? '', undefined, { DPoP })
    expect(refreshed.refresh_token ?? tokens.refresh_token).toBe(tokens.refresh_token)
    expect(refreshed.access_token).not.toBe(tokens.access_token)
  })

  it('works with oauth4webapi and mutual TLS: client and tokens by one certificate (SEC-F2-11)', async () => {
    const withCertificate = { ...insecure, [oauth.customFetch]: fetchWith(certificate) as never }
    const issuer = new URL(server.url)
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
    const known = await registered(server, { ...selfSigned(), grant_types, use_mtls_endpoint_aliases: true })
    const me = known as unknown as oauth.Client
    expect(as.mtls_endpoint_aliases?.token_endpoint).toBe(`${server.mtlsUrl}/token`)
    const state = oauth.generateRandomState()
    const parameters = {
      ...{ redirect_uri, response_type: 'code', scope: 'openid', state, nonce: 'n' },
      ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    }
    const pushed = await oauth.pushedAuthorizationRequest(as, me, oauth.TlsClientAuth(), parameters, withCertificate)
    const { request_uri } = await oauth.processPushedAuthorizationResponse(as, me, pushed)
    const url = `${as.authorization_endpoint}?${new URLSearchParams({ client_id: me.client_id, request_uri })}`
    const back = oauth.validateAuthResponse(as, me, await authorize(server, url), state)
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      me,
      oauth.TlsClientAuth(),
      back,
      redirect_uri,
      codeVerifier,
      withCertificate,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(as, me, response, { expectedNonce: 'n' })
    const inspected = await oauth.introspectionRequest(as, me, oauth.TlsClientAuth(), tokens.access_token, withCertificate)
    const thumbprint = createHash('sha256').update(new X509Certificate(certificate.cert).raw).digest('base64url')
    expect(await oauth.processIntrospectionResponse(as, me, inspected)).toMatchObject({ cnf: { 'x5t#S256': thumbprint } })
    const userinfo = await oauth.userInfoRequest(as, me, tokens.access_token, withCertificate)
    expect(userinfo.status).toBe(200)
    const stolen = await fetch(`${server.url}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    expect(stolen.status).toBe(401)
  })
})
