import { decodeProtectedHeader } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { clientKey } from '../support/client-keys.ts'
import { type DocumentServer, startDocumentServer } from '../support/document-server.ts'
import { authorizationUrl, basic, decode, obtainTokens, type Parameters, post, requestToken } from '../support/flows.ts'
import { assertionFor } from '../support/proofs.ts'
import { type RegisteredClient, redirectUri, register, registered } from '../support/registration-client.ts'
import { createBrowser, isSignIn, type ScriptedBrowser } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'
import type { TestServer } from '../support/test-server.ts'
import { verified } from './front-channel.ts'

const redirect_uris = [redirectUri]

// The words before the colon are the modules of the OpenID Foundation's test plan for dynamic providers.
describe('registration, keys and authentication of profile oidc, by the certification plan', () => {
  let documents: DocumentServer
  const server = serveSuite(async () => {
    documents = await startDocumentServer()
    return { file: 'test/fixtures/configurations/oidc.yaml', change: documents.trusted }
  })
  afterAll(() => documents?.stop())

  const discovery = async () =>
    (await (await fetch(`${server.url}/.well-known/openid-configuration`)).json()) as Readonly<Record<string, unknown>>
  const jwks = async () =>
    ((await (await fetch(`${server.url}/jwks`)).json()) as { keys: Readonly<Record<string, unknown>>[] }).keys
  /** Signed in once: what is looked at here is not the password. */
  const signedIn = createSession()
  const tokensOf = (client: RegisteredClient) => obtainTokens(server, client, {}, signedIn(server))
  const subjectOf = async (client: RegisteredClient) => decode((await tokensOf(client)).id_token).claims['sub']
  const codeFor = async (client: RegisteredClient, parameters: Parameters = {}) => {
    const url = authorizationUrl(server, client, { code_challenge: '', code_challenge_method: '', ...parameters })
    return (await signedIn(server).authorize(url)).searchParams.get('code') ?? ''
  }

  describe('discovery', () => {
    it('OP-Discovery-Config: is a dynamic provider’s (OIDR-DISC-02, OIDR-DISC-03, OIDR-ALG-02)', async () => {
      const metadata = await discovery()
      for (const type of ['code', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token', 'none'])
        expect(metadata['response_types_supported']).toContain(type)
      expect(metadata).toMatchObject({
        grant_types_supported: expect.arrayContaining(['authorization_code', 'implicit']),
        subject_types_supported: ['public', 'pairwise'],
        id_token_signing_alg_values_supported: expect.arrayContaining(['RS256']),
        request_object_signing_alg_values_supported: expect.arrayContaining(['none', 'RS256']),
        request_parameter_supported: true,
        request_uri_parameter_supported: true,
        claims_parameter_supported: true,
        claims_supported: expect.arrayContaining(['sub', 'name', 'email', 'address', 'phone_number']),
        scopes_supported: ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'],
        acr_values_supported: [expect.any(String)],
      })
    })

    it('OP-Discovery-JWKs, OP-IDToken-kid: publishes keys by name, without a private part', async () => {
      const keys = await jwks()
      expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
      for (const key of keys) expect(Object.keys(key).filter((name) => ['d', 'p', 'q', 'k'].includes(name))).toEqual([])
      const { id_token } = await tokensOf(await registered(server, { redirect_uris }))
      expect(keys.map(({ kid }) => kid)).toContain(decodeProtectedHeader(id_token).kid)
    })
  })

  describe('registration', () => {
    it('OP-Registration-Dynamic: is complete without asking for anything (OIDR-CF-07)', async () => {
      const { status, headers, body } = await register(server, { redirect_uris })
      expect([status, headers.get('content-type')]).toEqual([201, expect.stringContaining('application/json')])
      expect(body).toMatchObject({
        ...{ client_secret_expires_at: 0, client_secret: expect.any(String), registration_access_token: expect.any(String) },
        ...{ token_endpoint_auth_method: 'client_secret_basic', id_token_signed_response_alg: 'RS256', subject_type: 'public' },
        ...{ response_types: ['code'], grant_types: ['authorization_code'], application_type: 'web' },
      })
      expect(body).not.toHaveProperty('error')
    })

    it('OP-Registration-logo_uri, -policy_uri, -tos_uri: are links on the page (OIDR-CF-01)', async () => {
      const links = { policy_uri: 'https://app.example/policy', tos_uri: 'https://app.example/terms' }
      const client = await registered(server, { redirect_uris, client_name: 'Harbor', ...links })
      const browser = createBrowser(server)
      const page = await browser.signIn(await browser.visit(authorizationUrl(server, client)))
      expect(page.body).toContain('Harbor')
      for (const name of Object.keys(links)) expect(page.body).toContain(`/leave?to=${name}`)
    })

    it('OP-Registration-Sub-Public, -Sub-Pairwise, -Sub-Differ: are one person under several names (OIDR-SEC-07)', async () => {
      const [open, other, hidden, elsewhere] = [
        await registered(server, { redirect_uris }),
        await registered(server, { redirect_uris: ['https://other.example/cb'] }),
        await registered(server, { redirect_uris, subject_type: 'pairwise' }),
        await registered(server, { redirect_uris: ['https://other.example/cb'], subject_type: 'pairwise' }),
      ]
      expect(await subjectOf(open)).toBe(await subjectOf(other))
      expect(new Set([await subjectOf(open), await subjectOf(hidden), await subjectOf(elsewhere)]).size).toBe(3)
    })

    it('OP-Registration-Sector-Bad: is refused where the document lacks an address (OIDR-CF-03)', async () => {
      const sector_identifier_uri = documents.publish('/sector', { body: ['https://else.example/cb'] })
      const refused = await register(server, { redirect_uris, sector_identifier_uri })
      expect([refused.status, refused.body['error']]).toEqual([400, 'invalid_client_metadata'])
      documents.publish('/sector-good', { body: [redirectUri] })
      const good = { redirect_uris, subject_type: 'pairwise', sector_identifier_uri: `${documents.origin}/sector-good` }
      expect((await register(server, good)).status).toBe(201)
    })

    it('OP-Registration: response types in any order, hybrids with their grants', async () => {
      const client = await registered(server, { redirect_uris, response_types: ['token code', 'code'] })
      expect(client).toMatchObject({ response_types: ['code token', 'code'], grant_types: ['authorization_code', 'implicit'] })
    })

    it('OP-Registration: native clients say so, and have no https (OIDR-AT-04, OIDR-AT-05, OIDR-AT-10)', async () => {
      const loopback = ['http://127.0.0.1/cb']
      expect((await register(server, { redirect_uris: loopback })).body['error']).toBe('invalid_redirect_uri')
      const native = { application_type: 'native' }
      expect((await register(server, { ...native, redirect_uris })).body['error']).toBe('invalid_redirect_uri')
      expect((await register(server, { ...native, redirect_uris: loopback })).status).toBe(201)
    })

    it('OP-3rd_party-init-login: is https', async () => {
      const refused = await register(server, { redirect_uris, initiate_login_uri: 'http://app.example/login' })
      expect(refused.status).toBe(400)
      const initiate_login_uri = 'https://app.example/login'
      expect(await registered(server, { redirect_uris, initiate_login_uri })).toMatchObject({ initiate_login_uri })
    })

    it('OP-Req-acr_values: are a wish at registration as well (OIDR-MD-21)', async () => {
      const [acr] = (await discovery())['acr_values_supported'] as string[]
      const client = await registered(server, { redirect_uris, default_acr_values: ['urn:unknown', acr] })
      expect(client['default_acr_values']).toEqual(['urn:unknown', acr])
      const { id_token } = await tokensOf(client)
      expect(decode(id_token).claims['acr']).toBe(acr)
      const onlyUnknown = await registered(server, { redirect_uris, default_acr_values: ['urn:unknown'] })
      expect((await tokensOf(onlyUnknown)).id_token).toBeTruthy()
    })
  })

  describe('authentication of clients', () => {
    it.each(['client_secret_basic', 'client_secret_post'])('OP-ClientAuth-%s: is the one that was registered', async (method) => {
      const client = await registered(server, { redirect_uris, token_endpoint_auth_method: method })
      const grant = { grant_type: 'authorization_code', redirect_uri: redirectUri }
      const other = method === 'client_secret_basic' ? 'client_secret_post' : 'client_secret_basic'
      const code = await codeFor(client)
      const wrong = await requestToken(server, { ...client, token_endpoint_auth_method: other }, { ...grant, code })
      expect([wrong.status, wrong.body.error]).toEqual([401, 'invalid_client'])
      expect((await requestToken(server, client, { ...grant, code })).status).toBe(200)
    })

    it('OP-ClientAuth-SecretJWT, OP-ClientAuth-PrivateKeyJWT: sign what they are', async () => {
      const key = await clientKey('RS256', 'a')
      const withKey = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key.jwk] } }
      const signer = await registered(server, { redirect_uris, ...withKey })
      const hmac = await registered(server, { redirect_uris, token_endpoint_auth_method: 'client_secret_jwt' })
      const secret = new TextEncoder().encode(hmac.client_secret)
      for (const [client, alg, by] of [
        [signer, 'RS256', key.privateKey],
        [hmac, 'HS256', secret],
      ] as const) {
        const assertion = await assertionFor({ client_id: client.client_id, audience: `${server.url}/token`, key: by, alg })
        const grant = { grant_type: 'authorization_code', redirect_uri: redirectUri, code: await codeFor(client) }
        expect((await post(server, '/token', { ...grant, ...assertion })).status, alg).toBe(200)
      }
    })

    it('OP-OAuth: a code is of no use to another client', async () => {
      const [one, other] = [await registered(server, { redirect_uris }), await registered(server, { redirect_uris })]
      const grant = { grant_type: 'authorization_code', redirect_uri: redirectUri, code: await codeFor(one) }
      const stolen = await post(server, '/token', grant, basic(other.client_id, other.client_secret))
      expect([stolen.status, stolen.body.error]).toEqual([400, 'invalid_grant'])
    })
  })

  describe('rotation of keys', () => {
    it('OP-Rotation-OP-Sig: a new key signs, and what the old one signed still verifies (OIDR-CF-02)', async () => {
      const client = await registered(server, { redirect_uris })
      const { id_token: before } = await tokensOf(client)
      const rotated = await server.admin('POST', '/realms/default/keys/rotate', { alg: 'RS256', immediately: true })
      expect(rotated.status).toBeLessThan(300)
      const kid = async () => decodeProtectedHeader((await tokensOf(client)).id_token).kid
      await expect.poll(kid, { timeout: 10_000 }).not.toBe(decodeProtectedHeader(before).kid)
      expect(await verified(server, client, before)).toMatchObject({ iss: server.url })
      expect(await verified(server, client, (await tokensOf(client)).id_token)).toMatchObject({ iss: server.url })
    })

    it('OP-Rotation-RP-Sig: a client’s new key is fetched when it is met (OIDR-KEY-01)', async () => {
      const [old, next] = [await clientKey('RS256', 'old'), await clientKey('RS256', 'next')]
      const jwks_uri = documents.publish('/rp-keys', { body: { keys: [old.jwk] } })
      const client = await registered(server, { redirect_uris, token_endpoint_auth_method: 'private_key_jwt', jwks_uri })
      for (const { privateKey, jwk } of [old, next]) {
        documents.publish('/rp-keys', { body: { keys: [jwk] } })
        const about = { client_id: client.client_id, audience: server.url, key: privateKey, alg: 'RS256', kid: String(jwk.kid) }
        const grant = { grant_type: 'authorization_code', redirect_uri: redirectUri, code: await codeFor(client) }
        expect((await post(server, '/token', { ...grant, ...(await assertionFor(about)) })).status, String(jwk.kid)).toBe(200)
      }
    })
  })

  it('OP-IDToken: is for the client, of the issuer, signed with what it registered', async () => {
    for (const alg of ['RS256', 'ES256', 'PS256']) {
      const client = await registered(server, { redirect_uris, id_token_signed_response_alg: alg })
      const { id_token } = await tokensOf(client)
      expect(decode(id_token).header['alg']).toBe(alg)
      expect(await verified(server, client, id_token)).toMatchObject({ aud: client.client_id, exp: expect.any(Number) })
    }
  })

  it('lets nobody in unasked who has only registered: a person still signs in and agrees', async () => {
    const client = await registered(server, { redirect_uris })
    expect(isSignIn(await createBrowser(server).visit(authorizationUrl(server, client)))).toBe(true)
  })
})

function createSession() {
  let browser: ScriptedBrowser | undefined
  return (server: TestServer): ScriptedBrowser => {
    browser ??= createBrowser(server)
    return browser
  }
}
