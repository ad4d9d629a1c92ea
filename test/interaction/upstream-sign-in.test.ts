import { createHmac } from 'node:crypto'
import { generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { authorizationUrl, type Parameters } from '../support/flows.ts'
import { redirectUri } from '../support/registration-client.ts'
import { type BegunSignIn, signedIn, upstreamSuite } from '../support/upstream-world.ts'
import { openWanderingBrowser, textOf } from '../support/wandering-browser.ts'

describe('sign-in at an identity provider', () => {
  const world = upstreamSuite()
  const { server, addProvider, renewProvider, begin, comeBack, refusal } = world
  const goodAnswer = ({ state }: BegunSignIn) => ({ state, code: `code-of-${state}` })
  const callback = (id: string, parameters: Parameters) =>
    `${server.url}/upstream/${id}/callback?${new URLSearchParams(parameters)}`

  const expired = /404 This page is no longer valid/

  describe('is refused', () => {
    it('in another browser than the one that it was begun in: a state that an attacker prepared signs nobody in (login CSRF)', async () => {
      const attempt = await begin()
      const victim = await begin()
      expect(await refusal({ ...attempt, browser: victim.browser })).toMatch(expired)
      expect(await refusal({ ...attempt, browser: openWanderingBrowser(redirectUri) })).toMatch(expired)
      // The one that it belongs to is none the worse for it.
      expect((await comeBack(attempt)).url.href).toMatch(signedIn)
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
      expect(world.provider.requests.filter(({ body }) => body.get('code') === `code-of-${attempt.state}`)).toHaveLength(1)
    })

    it('at the callback of another realm', async () => {
      const attempt = await begin()
      const definition = { id: 'company', displayName: 'C', issuer: world.provider.issuer, clientId: 'front', secret: 'x' }
      expect((await server.admin('POST', '/realms/second/identity-providers', definition)).status).toBe(201)
      const there = `${server.url}/realms/second/upstream/company/callback?${new URLSearchParams(goodAnswer(attempt))}`
      const page = await attempt.browser.visit(there)
      expect(`${page.status} ${textOf(page.body)}`).toMatch(expired)
      expect((await comeBack(attempt)).url.href).toMatch(signedIn)
    })

    it('in another interaction of the same browser', async () => {
      const attempt = await begin()
      const page = await attempt.browser.visit(authorizationUrl(server, world.client))
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
      expect(await refusal(await begin(), { iss: world.other.issuer })).toMatch(/502 The sign-in did not work/)
      world.provider.script = { discovery: { authorization_response_iss_parameter_supported: true } }
      await renewProvider()
      expect(await refusal(await begin('with Company'))).toMatch(/502 The sign-in did not work/)
      expect((await comeBack(await begin(), { iss: world.provider.issuer })).url.href).toMatch(signedIn)
      world.provider.script = {}
      await renewProvider()
      expect((await comeBack(await begin())).url.href).toMatch(signedIn)
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
      world.provider.script = script
      expect(await refusal(attempt)).toMatch(/502 The sign-in did not work.*Nothing was allowed.*Try again/)
    })

    it('when the ID token is a good one of another provider', async () => {
      const elsewhere = await begin('with Other')
      let stolen = ''
      world.other.script = { rawIdToken: async (claims) => (stolen = await world.other.sign(claims)) }
      expect((await comeBack(elsewhere, {}, 'other')).url.href).toMatch(signedIn)
      const attempt = await begin()
      world.provider.script = { rawIdToken: () => stolen }
      expect(await refusal(attempt)).toMatch(/502 The sign-in did not work/)
      // Even if all it says were made to fit this very request.
      const fitting = await begin()
      world.provider.script = { rawIdToken: (claims) => world.other.sign(claims) }
      expect(await refusal(fitting)).toMatch(/502 The sign-in did not work/)
    })

    it('when the ID token was signed by a key that the provider does not have', async () => {
      const attempt = await begin()
      const { privateKey } = await generateKeyPair('ES256')
      world.provider.script = {
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
        world.provider.script = { tokenAnswer }
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
      await addProvider({
        id: 'fleeting',
        displayName: 'Fleeting',
        issuer: world.provider.issuer,
        clientId: 'front',
        secret: 'x',
      })
      const removed = await begin('with Fleeting')
      await server.admin('DELETE', '/realms/default/identity-providers/fleeting')
      expect(await refusal(removed, {}, 'fleeting')).toMatch(/409 This sign-in is no longer offered/)
      await addProvider({
        id: 'fleeting',
        displayName: 'Fleeting',
        issuer: world.provider.issuer,
        clientId: 'front',
        secret: 'x',
      })
      const moved = await begin('with Fleeting')
      const body = { displayName: 'Fleeting', issuer: world.other.issuer, clientId: 'front', secret: 'x' }
      expect((await server.admin('PUT', '/realms/default/identity-providers/fleeting', body)).status).toBe(200)
      expect(await refusal(moved, {}, 'fleeting')).toMatch(/409 This sign-in is no longer offered/)
      await server.admin('DELETE', '/realms/default/identity-providers/fleeting')
    })
  })

  describe('works', () => {
    it('with a clock that is a little off, and with a key that is new since the last sign-in', async () => {
      const now = Math.floor(Date.now() / 1000)
      world.provider.script = { idToken: { iat: now + 3, exp: now - 2 } }
      expect((await comeBack(await begin())).url.href).toMatch(signedIn)
      world.provider.script = {}
      await renewProvider()
      await comeBack(await begin())
      await world.provider.rotate()
      expect((await comeBack(await begin())).url.href).toMatch(signedIn)
    })

    it('again after it went wrong, on the way of the same request', async () => {
      await renewProvider()
      const attempt = await begin()
      world.provider.script = { tokenAnswer: { status: 503 } }
      const page = await comeBack(attempt)
      world.provider.script = {}
      const again = await attempt.browser.visit(new URL(/<a class="button" href="([^"]+)"/.exec(page.body)?.[1] ?? '', page.url))
      await attempt.browser.submit(again, {}, 'with Company')
      const state =
        attempt.browser.trail.findLast(({ searchParams }) => searchParams.has('nonce'))?.searchParams.get('state') ?? ''
      expect((await comeBack({ ...attempt, state })).url.href).toMatch(signedIn)
    })
  })
})
