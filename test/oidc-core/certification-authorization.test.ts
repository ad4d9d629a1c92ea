import { type CryptoKey, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientKey } from '../support/client-keys.ts'
import { type DocumentServer, startDocumentServer } from '../support/document-server.ts'
import {
  authentication,
  authorizationUrl,
  decode,
  type Parameters,
  post,
  redeem,
  requestToken,
  type TokenBody,
} from '../support/flows.ts'
import { type RegisteredClient, redirectUri, register, registered } from '../support/registration-client.ts'
import { createBrowser, isSignIn, type ScriptedBrowser, someoneOf, textOf } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'

/** As the relying parties of the OpenID Foundation's test plan for dynamic providers: no PKCE, no `scope` at registration. */
const plainly = { code_challenge: '', code_challenge_method: '' }

// The words before the colon are the modules of that plan.
describe('the authorization endpoint of profile oidc, by the certification plan', () => {
  let documents: DocumentServer
  const server = serveSuite(async () => {
    documents = await startDocumentServer()
    return { file: 'test/fixtures/configurations/oidc.yaml', change: documents.trusted }
  })
  let client: RegisteredClient
  beforeAll(async () => {
    client = await registered(server, { redirect_uris: [redirectUri], token_endpoint_auth_method: 'client_secret_basic' })
  })
  afterAll(() => documents?.stop())

  const visit = (parameters: Parameters, browser: ScriptedBrowser = createBrowser(server), asked = client) =>
    browser.visit(authorizationUrl(server, asked, { ...plainly, ...parameters }))
  const come = async (parameters: Parameters, browser: ScriptedBrowser = createBrowser(server), asked = client) =>
    (await browser.authorize(authorizationUrl(server, asked, { ...plainly, ...parameters }))).searchParams
  const tokens = async (parameters: Parameters, browser?: ScriptedBrowser, asked = client): Promise<TokenBody> => {
    const code = (await come(parameters, browser, asked)).get('code') ?? ''
    const { body } = await requestToken(server, asked, { grant_type: 'authorization_code', code, redirect_uri: redirectUri })
    return body
  }
  const told = async (parameters: Parameters, asked = client) => {
    const { location, body } = await visit(parameters, createBrowser(server), asked)
    return location === undefined ? body : location.href
  }

  describe('nonce', () => {
    it('OP-nonce-code: comes back in the ID token', async () => {
      expect(decode((await tokens({ nonce: 'n-0S6' })).id_token).claims['nonce']).toBe('n-0S6')
    })

    it('OP-nonce-NoReq-code: can be left out of the code flow', async () => {
      expect(decode((await tokens({ nonce: '' })).id_token).claims).not.toHaveProperty('nonce')
    })
  })

  describe('scope and claims', () => {
    const userinfo = async ({ access_token }: TokenBody, init: RequestInit = {}) => {
      const response = await fetch(`${server.url}/userinfo`, { headers: { authorization: `Bearer ${access_token}` }, ...init })
      return (await response.json()) as Readonly<Record<string, unknown>>
    }

    it.each([
      ['profile', ['name']],
      ['email', ['email', 'email_verified']],
      ['address', ['address']],
      ['phone', ['phone_number']],
    ])('OP-scope-%s: brings its claims to userinfo', async (scope, names) => {
      expect(Object.keys(await userinfo(await tokens({ scope: `openid ${scope}` }))).sort()).toEqual([...names, 'sub'].sort())
    })

    it('OP-scope-All: brings all of them', async () => {
      const all = await userinfo(await tokens({ scope: 'openid profile email address phone' }))
      expect(all).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.com', phone_number: '+44 20 7946 0000' })
    })

    it('OP-claims-essential: one claim of userinfo can be asked for by itself', async () => {
      const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
      expect(Object.keys(await userinfo(await tokens({ claims }))).sort()).toEqual(['name', 'sub'])
    })

    it('OP-claims-idtoken: a claim can be asked for in the ID token', async () => {
      const { id_token } = await tokens({ claims: JSON.stringify({ id_token: { email: null } }) })
      expect(decode(id_token).claims).toMatchObject({ email: 'ada@example.com' })
    })

    it('OP-claims-Split: claims go where they were asked for', async () => {
      const body = await tokens({ claims: JSON.stringify({ id_token: { email: null }, userinfo: { name: null } }) })
      expect(decode(body.id_token).claims).not.toHaveProperty('name')
      expect(await userinfo(body)).not.toHaveProperty('email')
    })

    it('OP-UserInfo-Body: the token can come in a form', async () => {
      const { access_token } = await tokens({ scope: 'openid email' })
      const body = new URLSearchParams({ access_token })
      const response = await fetch(`${server.url}/userinfo`, { method: 'POST', body })
      expect(await response.json()).toMatchObject({ email: 'ada@example.com' })
    })

    it('OP-UserInfo-RS256: is a signed JWT for who registered so', async () => {
      const signed = await registered(server, { redirect_uris: [redirectUri], userinfo_signed_response_alg: 'RS256' })
      const { access_token } = await tokens({}, undefined, signed)
      const response = await fetch(`${server.url}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })
      expect(response.headers.get('content-type')).toContain('application/jwt')
      const { header, claims } = decode(await response.text())
      expect([header['alg'], claims['iss'], claims['aud']]).toEqual(['RS256', server.url, signed.client_id])
    })
  })

  describe('prompt, max_age and who is asked', () => {
    it('OP-prompt-none-NotLoggedIn: is told to the client', async () => {
      expect((await come({ prompt: 'none' })).get('error')).toBe('login_required')
    })

    it('OP-prompt-none-LoggedIn: is silent, and the same person', async () => {
      const browser = createBrowser(server)
      const first = decode((await tokens({}, browser)).id_token).claims
      const { location } = await visit({ prompt: 'none' }, browser)
      expect(location?.searchParams.get('code')).toBeTruthy()
      const second = decode((await tokens({ prompt: 'none' }, browser)).id_token).claims
      expect([second['sub'], second['auth_time']]).toEqual([first['sub'], first['auth_time']])
    })

    it('OP-prompt-login: asks again whom it knows', async () => {
      const browser = createBrowser(server)
      await tokens({}, browser)
      expect(isSignIn(await visit({ prompt: 'login' }, browser))).toBe(true)
    })

    it('OP-prompt: none goes with nothing else', async () => {
      expect(await told({ prompt: 'none login' })).toContain('error=invalid_request')
    })

    it('OP-Req-max_age=1: asks again when the sign-in is older, and says when it was', { timeout: 30_000 }, async () => {
      const browser = createBrowser(server)
      const first = decode((await tokens({ max_age: '10000' }, browser)).id_token).claims
      expect(first['auth_time']).toEqual(expect.any(Number))
      await expect
        .poll(async () => isSignIn(await visit({ max_age: '1' }, browser)), { timeout: 10_000, interval: 500 })
        .toBe(true)
      const again = decode((await tokens({ max_age: '1' }, browser)).id_token).claims
      expect(Number(again['auth_time'])).toBeGreaterThan(Number(first['auth_time']))
    })

    it('OP-Req-max_age=10000: does not ask again', async () => {
      const browser = createBrowser(server)
      const first = decode((await tokens({ max_age: '10000' }, browser)).id_token).claims
      const second = decode((await tokens({ max_age: '10000' }, browser)).id_token).claims
      expect(second['auth_time']).toBe(first['auth_time'])
    })

    it('OP-Req-id_token_hint: goes with prompt none for the same person', async () => {
      const browser = createBrowser(server)
      const { id_token } = await tokens({}, browser)
      expect((await come({ prompt: 'none', id_token_hint: id_token }, browser)).get('code')).toBeTruthy()
      expect((await come({ prompt: 'none', id_token_hint: id_token })).get('error')).toBe('login_required')
    })

    it('OP-Req-login_hint: stands in the form already', async () => {
      const { username } = someoneOf(server)
      expect((await visit({ login_hint: username })).body).toContain(`value="${username}"`)
    })

    it('OP-Req-ui_locales, OP-Req-claims_locales, OP-display: are wishes', async () => {
      const page = await visit({ ui_locales: 'de fr', claims_locales: 'de', display: 'popup' })
      expect(isSignIn(page)).toBe(true)
      expect(page.body).toContain('lang="de"')
    })

    it('OP-Req-acr_values: are wishes, and acr says what was done', async () => {
      const metadata = (await (await fetch(`${server.url}/.well-known/openid-configuration`)).json()) as Record<string, string[]>
      const [acr = ''] = metadata['acr_values_supported'] ?? []
      expect(decode((await tokens({ acr_values: `unknown ${acr}` })).id_token).claims['acr']).toBe(acr)
      const claims = JSON.stringify({ id_token: { acr: { essential: true, values: [acr] } } })
      expect(decode((await tokens({ claims })).id_token).claims['acr']).toBe(acr)
    })

    it('OP-claims-acr-essential: nobody is asked again and again for what there is not (Core §5.5.1.1)', async () => {
      const claims = JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:mace:incommon:iap:gold' } } })
      expect((await come({ claims })).get('error')).toBe('unmet_authentication_requirements')
    })

    it('OP-Req-NotUnderstood: other parameters are nothing', async () => {
      expect(isSignIn(await visit({ extra: 'foobar' }))).toBe(true)
    })
  })

  describe('redirect_uri', () => {
    const odd = { redirect_uris: [`${redirectUri}?foo=bar`] }

    it('OP-redirect_uri-NotReg, OP-redirect_uri-Missing: are told to the person', async () => {
      const several = await registered(server, { redirect_uris: [redirectUri, 'https://app.example/other'] })
      for (const [asked, redirect_uri] of [
        [client, 'https://app.example/nowhere'],
        [several, ''],
      ] as const) {
        const page = await visit({ redirect_uri }, createBrowser(server), asked)
        expect([page.location, page.status]).toEqual([undefined, 400])
        expect(textOf(page)).toContain('redirect_uri')
      }
    })

    it('OP-redirect_uri-RegFrag: is not registered with a fragment (OIDR-CF-05)', async () => {
      expect((await register(server, { redirect_uris: [`${redirectUri}#foobar`] })).body['error']).toBe('invalid_redirect_uri')
    })

    it('OP-redirect_uri-Query-OK: keeps its query (OIDR-CF-04)', async () => {
      const asked = await registered(server, odd)
      const back = await come({}, createBrowser(server), asked)
      expect([back.get('foo'), back.has('code')]).toEqual(['bar', true])
    })

    it.each([
      ['Query-Added', `${redirectUri}?foo=bar&x=y`],
      ['Query-Mismatch', `${redirectUri}?bar=foo`],
    ])('OP-redirect_uri-%s: is another address (OIDR-CF-04)', async (_module, redirect_uri) => {
      const page = await visit({ redirect_uri }, createBrowser(server), await registered(server, odd))
      expect([page.location, page.status]).toEqual([undefined, 400])
    })
  })

  describe('request objects', () => {
    const claims = (asked: RegisteredClient) =>
      Object.fromEntries(authorizationUrl(server, asked, { ...plainly, state: 'signed' }).searchParams)
    const unsigned = (asked: RegisteredClient, more: object = {}) => new UnsecuredJWT({ ...claims(asked), ...more }).encode()
    const signed = async (asked: RegisteredClient, key: CryptoKey) =>
      new SignJWT({ ...claims(asked), iss: asked.client_id, aud: server.url }).setProtectedHeader({ alg: 'RS256' }).sign(key)
    const withAlgorithm = async (request_object_signing_alg: string, more: object = {}) => {
      const key = await clientKey('RS256', 'a')
      const metadata = { redirect_uris: [redirectUri], jwks: { keys: [key.jwk] }, request_object_signing_alg, ...more }
      return { asked: await registered(server, metadata), key: key.privateKey }
    }

    it('OP-request-Unsigned: counts in place of parameters', async () => {
      const request = unsigned(client)
      const back = await come({ request, state: 'plain' })
      expect([back.get('state'), back.has('code')]).toEqual(['signed', true])
    })

    it('OP-request-Unsigned: is held to the client, the issuer and its time', async () => {
      const over = Math.floor(Date.now() / 1000) - 60
      for (const more of [
        { client_id: 'other' },
        { state: ['a', 'b'] },
        { iss: 'other' },
        { aud: 'https://other.example' },
        { exp: over },
        { request: 'x' },
      ])
        expect(await told({ request: unsigned(client, more) }), JSON.stringify(more)).toContain('invalid_request_object')
    })

    it('OP-request-Unsigned: is none for who registered to sign, and the only kind for who registered none (OIDR-MD-15)', async () => {
      const signer = await withAlgorithm('RS256')
      expect(await told({ request: unsigned(signer.asked) }, signer.asked)).toContain('invalid_request_object')
      const lax = await withAlgorithm('none')
      expect(lax.asked['request_object_signing_alg']).toBe('none')
      expect(await told({ request: await signed(lax.asked, lax.key) }, lax.asked)).toContain('invalid_request_object')
      expect((await come({ request: unsigned(lax.asked) }, createBrowser(server), lax.asked)).has('code')).toBe(true)
    })

    it('OP-request-Unsigned: can be pushed as well (RFC 9126 §3)', async () => {
      const { headers, parameters } = authentication(client)
      const pushed = await post(server, '/par', { ...parameters, request: unsigned(client) }, headers)
      expect(pushed.status).toBe(201)
      const url = `${server.url}/authorize?${new URLSearchParams({ client_id: client.client_id, request_uri: String(pushed.body['request_uri']) })}`
      const back = (await createBrowser(server).authorize(url)).searchParams
      expect([back.get('state'), back.has('code')]).toEqual(['signed', true])
    })

    it('OP-request-Sig: is verified by the keys of the client', async () => {
      const { asked, key } = await withAlgorithm('RS256')
      const back = await come({ request: await signed(asked, key) }, createBrowser(server), asked)
      expect([back.get('state'), back.has('code')]).toEqual(['signed', true])
    })

    it('OP-request_uri-Unsigned-Dynamic, OP-request_uri-Sig: are fetched where they were registered (OIDR-CF-06)', async () => {
      for (const algorithm of ['none', 'RS256']) {
        const path = `/object-${algorithm}`
        const { asked, key } = await withAlgorithm(algorithm, { request_uris: [`${documents.origin}${path}`] })
        const body = algorithm === 'none' ? unsigned(asked) : await signed(asked, key)
        const request_uri = documents.publish(path, { type: 'application/oauth-authz-req+jwt', body })
        const back = await come({ request_uri }, createBrowser(server), asked)
        expect([algorithm, back.get('state'), back.has('code')]).toEqual([algorithm, 'signed', true])
      }
    })
  })

  it('OP-Response-Missing: is told without a code', async () => {
    const answer = await told({ response_type: '' })
    expect(answer).toContain('invalid_request')
    expect(answer).not.toContain('code=')
  })

  it('OP-Response-none: says that it went well, and nothing else (Multiple Response Types §4)', async () => {
    const metadata = { redirect_uris: [redirectUri], response_types: ['none', 'code'], grant_types: ['authorization_code'] }
    const asked = await registered(server, metadata)
    const back = await come({ response_type: 'none' }, createBrowser(server), asked)
    expect(Object.fromEntries(back)).toEqual({ state: 'a-state', iss: server.url })
  })

  it('OP-OAuth-2nd, OP-OAuth-2nd-Revokes: a code works once, and ends its tokens the second time', async () => {
    const back = await createBrowser(server).authorize(authorizationUrl(server, client))
    const first = await redeem(server, client, back, redirectUri)
    expect((await redeem(server, client, back, redirectUri)).body.error).toBe('invalid_grant')
    const authorization = `Bearer ${first.body.access_token}`
    expect((await fetch(`${server.url}/userinfo`, { headers: { authorization } })).status).toBe(401)
  })
})
