import { createHash, X509Certificate } from 'node:crypto'
import { SignJWT } from 'jose'
import * as client from 'openid-client'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, issueCertificate } from '../support/certificates.ts'
import { fetchWith } from '../support/client-identity.ts'
import { clientKey } from '../support/client-keys.ts'
import { codeVerifier, decode } from '../support/flows.ts'
import { type RegisteredClient, register, registered } from '../support/registration-client.ts'
import { authorize, createBrowser, textOf } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uri = 'https://rp.example/cb'
const challenge = createHash('sha256').update(codeVerifier).digest('base64url')

let key: Awaited<ReturnType<typeof clientKey>>
let rsa: Awaited<ReturnType<typeof clientKey>>
let certificate: Certificate
beforeAll(async () => {
  key = await clientKey('PS256', 'of-the-client')
  rsa = await clientKey('RS256', 'too-weak')
  certificate = issueCertificate({ subject: '/CN=client' })
})

const plain = () => ({
  redirect_uris: [redirect_uri],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code id_token', 'code'],
  token_endpoint_auth_method: 'private_key_jwt',
  request_object_signing_alg: 'PS256',
  authorization_signed_response_alg: 'PS256',
  id_token_signed_response_alg: 'PS256',
  jwks: { keys: [key.jwk, rsa.jwk] },
})

const now = () => Math.floor(Date.now() / 1000)
const hashOf = (value: string) => createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url')

describe('FAPI 1.0 Advanced, registration', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/fapi1-advanced.yaml' })

  it.each([
    ['no authentication', { token_endpoint_auth_method: 'none' }, 'token_endpoint_auth_method'],
    ['a secret', { token_endpoint_auth_method: 'client_secret_post' }, 'token_endpoint_auth_method'],
    ['RS256 for ID tokens', { id_token_signed_response_alg: 'RS256' }, 'id_token_signed_response_alg'],
    ['RS256 for requests', { request_object_signing_alg: 'RS256' }, 'request_object_signing_alg'],
    ['unsigned requests', { request_object_signing_alg: 'none' }, 'request_object_signing_alg'],
    ['EdDSA for answers', { authorization_signed_response_alg: 'EdDSA' }, 'authorization_signed_response_alg'],
    ['an app on loopback', { redirect_uris: ['http://127.0.0.1/cb'], application_type: 'native' }, 'redirect_uris'],
    ['a private-use scheme', { redirect_uris: ['com.example.app:/cb'], application_type: 'native' }, 'redirect_uris'],
    ['access tokens in front', { response_types: ['code id_token token'] }, 'response_types'],
    ['tokens that are bound by DPoP', { dpop_bound_access_tokens: true }, 'dpop_bound_access_tokens'],
  ])('refuses %s', async (_what, change, member) => {
    const { status, body } = await register(server, { ...plain(), ...change })
    expect([status, body['error']]).toEqual([
      400,
      member === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata',
    ])
    expect(String(body['error_description'])).toContain(member)
  })

  it('refuses a client that has to sign requests, and has no key to do so', async () => {
    const x509 = new X509Certificate(certificate.cert)
    const subject = { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: x509.subject }
    const { status, body } = await register(server, { redirect_uris: [redirect_uri], ...subject })
    expect([status, body['error_description']]).toEqual([400, expect.stringContaining('require_signed_request_object')])
  })

  it('answers what it will demand, and needs no grant implicit for the hybrid flow', async () => {
    expect(await registered(server, plain())).toMatchObject({
      require_signed_request_object: true,
      tls_client_certificate_bound_access_tokens: true,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code id_token', 'code'],
    })
  })

  it('says in discovery what it does', async () => {
    const metadata = await (await fetch(`${server.url}/.well-known/openid-configuration`)).json()
    expect(metadata).toMatchObject({
      require_signed_request_object: true,
      response_types_supported: ['code id_token', 'code'],
      request_object_signing_alg_values_supported: ['PS256', 'ES256'],
      authorization_signing_alg_values_supported: ['PS256', 'ES256'],
      tls_client_certificate_bound_access_tokens: true,
    })
    expect(metadata).not.toHaveProperty('dpop_signing_alg_values_supported')
    expect(JSON.stringify(metadata)).not.toContain('RS256')
  })
})

describe('FAPI 1.0 Advanced, authorization requests', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/fapi1-advanced.yaml' })
  let known: RegisteredClient
  beforeAll(async () => {
    known = await registered(server, plain())
  })

  const parameters = () => ({
    ...{ client_id: known.client_id, redirect_uri, response_type: 'code id_token', scope: 'openid' },
    ...{ state: 'a-state', nonce: 'a-nonce' },
  })
  const sign = (changes: object = {}, alg = 'PS256') => {
    const claims = {
      iss: known.client_id,
      aud: server.url,
      iat: now(),
      nbf: now(),
      exp: now() + 300,
      ...parameters(),
      ...changes,
    }
    const present = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
    return new SignJWT(present).setProtectedHeader({ alg }).sign(alg === 'RS256' ? rsa.privateKey : key.privateKey)
  }
  const ask = async (request?: string, plainly: Readonly<Record<string, string>> = parameters()) => {
    const query = new URLSearchParams({ ...plainly, ...(request === undefined ? {} : { request }) })
    const page = await createBrowser(server).visit(`${server.url}/authorize?${query}`)
    return page.location === undefined ? textOf(page) : page.location.href
  }

  it('are refused unsigned (§5.2.2-1)', async () => {
    expect(await ask()).toContain('invalid_request')
  })

  it.each([
    ['without exp', { exp: undefined }],
    ['without nbf', { nbf: undefined }],
    ['without aud', { aud: undefined }],
    ['for somebody else', { aud: 'https://other.example' }],
    ['that live for more than an hour', { exp: now() + 3700, nbf: now() }],
    ['that are over', { nbf: now() - 600, exp: now() - 300 }],
  ])('are refused %s (§5.2.2-13 to 15, 17)', async (_what, claims) => {
    expect(await ask(await sign(claims))).toContain('invalid_request_object')
  })

  it('are refused with a signature by RS256 (§8.6)', async () => {
    expect(await ask(await sign({}, 'RS256'))).toContain('invalid_request_object')
  })

  it.each([
    ['without nonce, where there is openid (§5.2.2.2)', { nonce: undefined }],
    ['for a code in clear (§5.2.2-2)', { response_type: 'code' }],
  ])('are refused %s', async (_what, claims) => {
    const request = await sign(claims)
    expect(await ask(request, { client_id: known.client_id })).toContain('invalid_request')
  })

  it('are refused without state, where there is no openid (§5.2.2.3)', async () => {
    const plainly = { scope: 'email', nonce: undefined, state: undefined, response_type: 'code', response_mode: 'jwt' }
    expect(await ask(await sign(plainly), { client_id: known.client_id })).toContain('invalid_request')
  })

  it('count by what is signed alone (§5.2.2-10)', async () => {
    const request = await sign({ state: undefined })
    const back = await authorize(server, `${server.url}/authorize?${new URLSearchParams({ ...parameters(), request })}`)
    expect(new URLSearchParams(back.hash.slice(1)).has('state')).toBe(false)
  })

  it('are pushed with a proof key or not at all (§5.2.2-18)', async () => {
    const assertion = await new SignJWT({ jti: 'a' })
      .setProtectedHeader({ alg: 'PS256' })
      .setIssuer(known.client_id)
      .setSubject(known.client_id)
      .setAudience(server.url)
      .setExpirationTime('60s')
      .sign(key.privateKey)
    const body = new URLSearchParams({
      client_id: known.client_id,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      request: await sign(),
    })
    const pushed = await fetch(`${server.url}/par`, { method: 'POST', body })
    expect([pushed.status, await pushed.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })])
  })
})

describe('FAPI 1.0 Advanced, from registration to tokens with openid-client', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/fapi1-advanced.yaml' })

  async function configured(...execute: ((configuration: client.Configuration) => void)[]) {
    const known = await registered(server, { ...plain(), use_mtls_endpoint_aliases: true })
    const authentication = client.PrivateKeyJwt({ key: key.privateKey, kid: 'of-the-client' })
    const options = { execute: [client.allowInsecureRequests], [client.customFetch]: fetchWith(certificate) as never }
    const configuration = await client.discovery(new URL(server.url), known.client_id, known as never, authentication, options)
    for (const step of execute) step(configuration)
    return configuration
  }
  const signing = () => ({ key: key.privateKey, kid: 'of-the-client' })
  const timed = {
    [client.modifyAssertion](_header: unknown, payload: Record<string, unknown>) {
      payload['nbf'] = now()
    },
  }
  const thumbprint = () => createHash('sha256').update(new X509Certificate(certificate.cert).raw).digest('base64url')
  const confirmed = async (configuration: client.Configuration, token: string) =>
    expect(await client.tokenIntrospection(configuration, token)).toMatchObject({
      active: true,
      cnf: { 'x5t#S256': thumbprint() },
    })

  it('code id_token: a signed request by value, an answer that its ID token signs, a token bound to the certificate', async () => {
    const configuration = await configured(client.useCodeIdTokenResponseType, client.enableDetachedSignatureResponseChecks)
    const checks = { expectedState: client.randomState(), expectedNonce: client.randomNonce() }
    const request = { redirect_uri, scope: 'openid', state: checks.expectedState, nonce: checks.expectedNonce }
    const url = await client.buildAuthorizationUrlWithJAR(configuration, request, {
      ...signing(),
      ...timed,
    } as never)
    const back = await authorize(server, url)
    const answer = new URLSearchParams(back.hash.slice(1))
    const claims = decode(answer.get('id_token') ?? '').claims
    expect(claims).toMatchObject({ s_hash: hashOf(checks.expectedState), c_hash: hashOf(answer.get('code') ?? '') })
    expect([answer.get('iss'), answer.has('access_token')]).toEqual([server.url, false])
    const tokens = await client.authorizationCodeGrant(configuration, back, { ...checks, idTokenExpected: true })
    expect(decode(tokens.id_token ?? '').header['alg']).toBe('PS256')
    await confirmed(configuration, tokens.access_token)
    const stolen = await fetch(`${server.url}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    expect(stolen.status).toBe(401)
  })

  it('code by JARM: a signed request that was pushed with a proof key, and a signed answer', async () => {
    const configuration = await configured(client.useJwtResponseMode)
    const state = client.randomState()
    const request = {
      ...{ redirect_uri, scope: 'openid', state, nonce: 'n', response_mode: 'jwt' },
      ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    }
    const asJar = await client.buildAuthorizationUrlWithJAR(configuration, request, {
      ...signing(),
      ...timed,
    } as never)
    const pushed = { request: asJar.searchParams.get('request') ?? '' }
    const url = await client.buildAuthorizationUrlWithPAR(configuration, pushed)
    const back = await authorize(server, url)
    expect([...back.searchParams.keys()]).toEqual(['response'])
    expect(decode(back.searchParams.get('response') ?? '').header['alg']).toBe('PS256')
    const checks = { expectedState: state, expectedNonce: 'n', pkceCodeVerifier: codeVerifier, idTokenExpected: true }
    const tokens = await client.authorizationCodeGrant(configuration, back, checks)
    await confirmed(configuration, tokens.access_token)
    const refreshed = await client.refreshTokenGrant(configuration, tokens.refresh_token ?? '')
    await confirmed(configuration, refreshed.access_token)
  })
})
