import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, type Parameters } from '../support/flows.ts'
import { type RegisteredClient, redirectUri, registeredPublic } from '../support/registration-client.ts'
import { type ScriptedProvider, startScriptedProvider } from '../support/scripted-provider.ts'
import { serveSuite } from '../support/serve-suite.ts'
import { openWanderingBrowser, type Page, textOf, type WanderingBrowser } from '../support/wandering-browser.ts'

describe('sign-in at an identity provider', () => {
  const server = serveSuite()
  let provider: ScriptedProvider
  let other: ScriptedProvider
  let client: RegisteredClient

  beforeAll(async () => {
    ;[provider, other] = await Promise.all([startScriptedProvider(), startScriptedProvider()])
    const common = { clientId: 'front', secret: 'the secret of the front', clockSkewSeconds: 5 }
    await add({ ...common, id: 'company', displayName: 'Company', issuer: provider.issuer })
    await add({ ...common, id: 'other', displayName: 'Other', issuer: other.issuer, clientId: 'elsewhere' })
    client = await registeredPublic(server)
  })
  afterEach(() => {
    provider.script = {}
    other.script = {}
  })
  afterAll(() => Promise.all([provider?.stop(), other?.stop()]))

  async function add(definition: object): Promise<void> {
    const response = await server.admin('POST', '/realms/default/identity-providers', definition)
    expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 201 })
  }

  interface Attempt {
    readonly browser: WanderingBrowser
    /** What the provider was asked. */
    readonly asked: URLSearchParams
    readonly state: string
    /** Of the interaction. */
    readonly page: Page
  }

  async function begin(button = 'with Company', parameters: Parameters = {}): Promise<Attempt> {
    const browser = openWanderingBrowser(redirectUri)
    const page = await browser.visit(authorizationUrl(server, client, parameters))
    await browser.submit(page, {}, button)
    const asked = browser.trail.find(({ pathname, origin }) => pathname === '/authorize' && origin !== server.url)
    const state = asked?.searchParams.get('state') ?? ''
    return { browser, page, state, asked: asked?.searchParams ?? new URLSearchParams() }
  }

  function callback(id: string, parameters: Parameters): string {
    return `${server.url}/upstream/${id}/callback?${new URLSearchParams(parameters)}`
  }

  const goodAnswer = ({ state }: Attempt) => ({ state, code: `code-of-${state}` })

  async function comeBack(attempt: Attempt, changes: Parameters = {}, id = 'company'): Promise<Page> {
    return attempt.browser.visit(callback(id, { ...goodAnswer(attempt), ...changes }))
  }

  async function refusal(attempt: Attempt, changes: Parameters = {}, id = 'company'): Promise<string> {
    const page = await comeBack(attempt, changes, id)
    expect(page.url.searchParams.get('code')).not.toMatch(/^(?!code-of)/)
    return `${page.status} ${textOf(page.body)}`
  }

  const expired = /404 This page is no longer valid/

  describe('is refused', () => {
    it('in another browser than the one that it was begun in: a state that an attacker prepared signs nobody in (login CSRF)', async () => {
      const attempt = await begin()
      const victim = await begin()
      expect(await refusal({ ...attempt, browser: victim.browser })).toMatch(expired)
      expect(await refusal({ ...attempt, browser: openWanderingBrowser(redirectUri) })).toMatch(expired)
      // The one that it belongs to is none the worse for it.
      expect((await comeBack(attempt)).url.href).toMatch(/^https:\/\/app\.example\/cb\?code=/)
    })

    it('a second time with the same state', async () => {
      const attempt = await begin()
      expect((await comeBack(attempt)).url.searchParams.get('code')).toBeTruthy()
      expect(await refusal(attempt)).toMatch(expired)
      const twice = await begin()
      await comeBack(twice, { code: 'wrong' })
      expect(await refusal(twice)).toMatch(expired)
    })

    it('once only when two answers come at the same moment', async () => {
      const attempt = await begin()
      const pages = await Promise.all([comeBack(attempt), comeBack(attempt), comeBack(attempt)])
      expect(pages.filter(({ url }) => url.href.startsWith(redirectUri)).length).toBeLessThanOrEqual(1)
      expect(provider.requests.filter(({ body }) => body.get('code') === `code-of-${attempt.state}`)).toHaveLength(1)
    })

    it('in another interaction of the same browser', async () => {
      const attempt = await begin()
      const page = await attempt.browser.visit(authorizationUrl(server, client))
      const target = new URL(`${page.url.pathname}/upstream?${new URLSearchParams(goodAnswer(attempt))}`, page.url)
      expect(textOf((await attempt.browser.visit(target)).body)).toMatch(/This page is no longer valid/)
    })

    it('at the callback of another provider, and of none (mix-up, RFC 9700 §4.4)', async () => {
      const attempt = await begin()
      expect(await refusal(attempt, {}, 'other')).toMatch(expired)
      expect(await refusal(attempt, {}, 'nobody')).toMatch(expired)
      expect(await refusal(attempt, { state: 'made up' })).toMatch(expired)
    })

    it('when the answer names another issuer, or none though one is promised (RFC 9207 §2.4)', async () => {
      expect(await refusal(await begin(), { iss: other.issuer })).toMatch(/502 The sign-in did not work/)
      provider.script = { discovery: { authorization_response_iss_parameter_supported: true } }
      await forgetDocuments()
      expect(await refusal(await begin('with Company'))).toMatch(/502 The sign-in did not work/)
      expect((await comeBack(await begin(), { iss: provider.issuer })).url.href).toMatch(/^https:\/\/app\.example\/cb\?code=/)
      provider.script = {}
      await forgetDocuments()
      expect((await comeBack(await begin())).url.href).toMatch(/^https:\/\/app\.example\/cb\?code=/)
    })

    const hmac = (claims: object, secret: string) => {
      const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      return `${parts.join('.')}.${createHmac('sha256', secret).update(parts.join('.')).digest('base64url')}`
    }
    const unsigned = (claims: object) =>
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`

    it.each([
      ['has another nonce', { idToken: { nonce: 'another' } }],
      ['has no nonce', { idToken: { nonce: undefined } }],
      ['is of another issuer', { idToken: { iss: 'https://elsewhere.example' } }],
      ['is for another client', { idToken: { aud: 'another-client' } }],
      ['is for several, and says another of them asked', { idToken: { aud: ['front', 'x'], azp: 'x' } }],
      ['has expired', { idToken: { exp: Math.floor(Date.now() / 1000) - 60, iat: 1 } }],
      ['is about nobody', { idToken: { sub: undefined } }],
      [
        'is about somebody with a name of 256 characters',
        { idToken: { sub: 'x'.repeat(256) }, userinfo: { sub: 'x'.repeat(256) } },
      ],
      ['is about somebody else than userinfo', { userinfo: { sub: 'else' } }],
      ['is not signed', { rawIdToken: unsigned }],
      ['is signed with the client secret', { rawIdToken: (claims: object) => hmac(claims, 'the secret of the front') }],
      ['is no JWT', { rawIdToken: () => 'no.jwt' }],
      ['is missing', { tokenAnswer: { status: 200, body: '{"access_token":"x","token_type":"Bearer"}' } }],
    ])('when the ID token %s', async (_, script) => {
      const attempt = await begin()
      provider.script = script
      expect(await refusal(attempt)).toMatch(/502 The sign-in did not work.*Nothing was allowed.*Try again/)
    })

    it('when the ID token is a good one of another provider', async () => {
      const elsewhere = await begin('with Other')
      let stolen = ''
      other.script = { rawIdToken: async (claims) => (stolen = await other.sign(claims)) }
      expect((await comeBack(elsewhere, {}, 'other')).url.href).toMatch(/^https:\/\/app\.example\/cb\?code=/)
      const attempt = await begin()
      provider.script = { rawIdToken: () => stolen }
      expect(await refusal(attempt)).toMatch(/502 The sign-in did not work/)
      // Even if all it says were made to fit this very request.
      const fitting = await begin()
      provider.script = { rawIdToken: (claims) => other.sign(claims) }
      expect(await refusal(fitting)).toMatch(/502 The sign-in did not work/)
    })

    it('when the ID token was signed by a key that the provider does not have', async () => {
      const attempt = await begin()
      const { SignJWT, generateKeyPair } = await import('jose')
      const { privateKey } = await generateKeyPair('ES256')
      provider.script = {
        rawIdToken: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'first' }).sign(privateKey),
      }
      expect(await refusal(attempt)).toMatch(/502 The sign-in did not work/)
    })

    it('when the token endpoint redirects, is down, or answers without end', async () => {
      for (const tokenAnswer of [
        { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data' } },
        { status: 503 },
        { status: 200, body: `{"access_token":"${'x'.repeat(400_000)}"}` },
      ]) {
        const attempt = await begin()
        provider.script = { tokenAnswer }
        expect(await refusal(attempt)).toMatch(/502 The sign-in does not answer.*Company cannot be reached/)
      }
    })

    it('when the provider says so, in words that a person understands', async () => {
      const denied = await begin()
      const page = await denied.browser.visit(
        callback('company', { state: denied.state, error: 'access_denied', error_description: 'x' }),
      )
      expect(`${page.status} ${textOf(page.body)}`).toMatch(/403 You are not signed in Company did not sign you in/)
      const down = await begin()
      expect(await refusal(down, { error: 'temporarily_unavailable' })).toMatch(/502 The sign-in does not answer/)
      const odd = await begin()
      const answer = await odd.browser.visit(callback('company', { state: odd.state, error: '<script>alert(1)</script>' }))
      expect(answer.body).not.toMatch('<script>')
    })

    it('when the provider was removed or moved between the way there and the way back', async () => {
      await add({ id: 'fleeting', displayName: 'Fleeting', issuer: provider.issuer, clientId: 'front', secret: 'x' })
      const removed = await begin('with Fleeting')
      await server.admin('DELETE', '/realms/default/identity-providers/fleeting')
      expect(await refusal(removed, {}, 'fleeting')).toMatch(/409 This sign-in is no longer offered/)
      await add({ id: 'fleeting', displayName: 'Fleeting', issuer: provider.issuer, clientId: 'front', secret: 'x' })
      const moved = await begin('with Fleeting')
      const body = { displayName: 'Fleeting', issuer: other.issuer, clientId: 'front', secret: 'x' }
      expect((await server.admin('PUT', '/realms/default/identity-providers/fleeting', body)).status).toBe(200)
      expect(await refusal(moved, {}, 'fleeting')).toMatch(/409 This sign-in is no longer offered/)
      await server.admin('DELETE', '/realms/default/identity-providers/fleeting')
    })
  })

  /** What providers say of themselves is remembered for a minute and more; another address has not been read yet. */
  async function forgetDocuments(): Promise<void> {
    await provider.stop()
    const next = await startScriptedProvider()
    next.script = provider.script
    provider = next
    const definition = {
      displayName: 'Company',
      issuer: provider.issuer,
      clientId: 'front',
      secret: 'the secret of the front',
      clockSkewSeconds: 5,
    }
    expect((await server.admin('PUT', '/realms/default/identity-providers/company', definition)).status).toBe(200)
  }

  describe('works', () => {
    it('with a clock that is a little off, and with a key that is new since the last sign-in', async () => {
      const now = Math.floor(Date.now() / 1000)
      provider.script = { idToken: { iat: now + 3, exp: now - 2 } }
      expect((await comeBack(await begin())).url.href).toMatch(/^https:\/\/app\.example\/cb\?code=/)
      provider.script = {}
      await forgetDocuments()
      await comeBack(await begin())
      await provider.rotate()
      expect((await comeBack(await begin())).url.href).toMatch(/^https:\/\/app\.example\/cb\?code=/)
    })

    it('again after it went wrong, on the way of the same request', async () => {
      await forgetDocuments()
      const attempt = await begin()
      provider.script = { tokenAnswer: { status: 503 } }
      const page = await comeBack(attempt)
      provider.script = {}
      const again = await attempt.browser.visit(new URL(/<a class="button" href="([^"]+)"/.exec(page.body)?.[1] ?? '', page.url))
      await attempt.browser.submit(again, {}, 'with Company')
      const state =
        attempt.browser.trail.findLast(({ searchParams }) => searchParams.has('nonce'))?.searchParams.get('state') ?? ''
      expect((await comeBack({ ...attempt, state })).url.href).toMatch(/^https:\/\/app\.example\/cb\?code=/)
    })
  })
})
