import { describe, expect, it } from 'vitest'
import { createAttempts, newState } from '../../src/interaction/upstream/attempts.ts'
import { authorizationUrl } from '../support/flows.ts'
import { memoryUpstream } from '../support/memory-upstream.ts'
import { redirectUri, registeredPublic } from '../support/registration-client.ts'
import { signedIn, upstreamSuite } from '../support/upstream-world.ts'
import { openWanderingBrowser, textOf } from '../support/wandering-browser.ts'

describe('what an identity provider says of itself', () => {
  const world = upstreamSuite()
  const { server, renewProvider, begin, comeBack, refusal } = world

  async function attemptWith(discovery: Readonly<Record<string, unknown>>): Promise<string> {
    world.provider.script = { discovery }
    await renewProvider()
    const browser = openWanderingBrowser(redirectUri)
    const page = await browser.visit(authorizationUrl(server, world.client))
    const answer = await browser.submit(page, {}, 'with Company')
    expect(answer.url.origin).toBe(new URL(server.url).origin)
    return `${answer.status} ${textOf(answer.body)}`
  }

  it.each([
    ['is another issuer', { issuer: 'https://elsewhere.example' }],
    ['has no issuer', { issuer: undefined }],
    ['has an issuer that is a number', { issuer: 5 }],
    ['sends people to a script', { authorization_endpoint: 'javascript:alert(1)' }],
    ['sends people to data', { authorization_endpoint: 'data:text/html,x' }],
    ['sends people somewhere with a password', { authorization_endpoint: 'https://user:pass@id.example/authorize' }],
    ['sends people nowhere', { authorization_endpoint: undefined }],
    ['sends people to an object', { authorization_endpoint: {} }],
  ])('sends nobody anywhere when it %s', async (_, discovery) => {
    expect(await attemptWith(discovery)).toMatch(/502 The sign-in did not work.*Try again/)
  })

  it.each([
    ['token endpoint', { token_endpoint: 'http://169.254.169.254/token' }],
    ['userinfo endpoint', { userinfo_endpoint: 'http://169.254.169.254/userinfo' }],
    ['key set', { jwks_uri: 'http://169.254.169.254/jwks' }],
    ['key set that is a file', { jwks_uri: 'file:///etc/passwd' }],
  ])('makes the server reach no address that it should not: %s', async (_, discovery) => {
    world.provider.script = { discovery }
    await renewProvider()
    expect(await refusal(await begin())).toMatch(/502 The sign-in does not answer/)
  })

  it.each([
    ['no object', 5],
    ['without keys', {}],
    ['with keys that are none', { keys: [1, null, 'x', {}] }],
    ['with secret keys', { keys: [{ kty: 'oct', k: 'AAAA', kid: 'first', alg: 'ES256' }] }],
  ])('lets nobody in by a key set %s', async (_, keySet) => {
    await renewProvider()
    const attempt = await begin()
    world.provider.script = { keySet }
    expect(await refusal(attempt)).toMatch(/502 The sign-in did not work/)
  })

  it('is heard when it wants requests to be pushed (RFC 9126)', async () => {
    await renewProvider()
    const { issuer } = world.provider
    world.provider.script = {
      discovery: { require_pushed_authorization_requests: true, pushed_authorization_request_endpoint: `${issuer}/par` },
    }
    const attempt = await begin()
    expect(Object.fromEntries(attempt.asked)).toEqual({ client_id: 'front', request_uri: 'urn:pushed' })
    const state = world.provider.pushed.get('state') ?? ''
    expect((await comeBack({ ...attempt, state })).url.href).toMatch(signedIn)
  })
})

describe('a confused deputy (MCP-CON-05)', () => {
  const world = upstreamSuite()
  const { server, begin, comeBack } = world

  it('is nobody’s: an attacker’s client gets its own consent page, though the person is signed in at the provider', async () => {
    // The provider asks nobody for anything: whoever is sent there comes back signed in.
    expect((await comeBack(await begin())).url.href).toMatch(signedIn)
    const attackers = await registeredPublic(server, { client_name: 'Attacker', redirect_uris: ['https://evil.example/cb'] })
    const browser = openWanderingBrowser('https://evil.example/')
    const page = await browser.visit(authorizationUrl(server, attackers))
    expect(textOf(page.body)).toMatch(/Attacker ” wants to use your account.*Not verified.*You will be sent to evil\.example/)
    expect(browser.trail.some(({ origin }) => origin === world.provider.issuer)).toBe(false)
  })

  it('is not made by a form of another site, of another browser or of another request', async () => {
    const [mine, theirs] = [openWanderingBrowser(redirectUri), openWanderingBrowser(redirectUri)]
    const page = await mine.visit(authorizationUrl(server, world.client))
    const other = await mine.visit(authorizationUrl(server, world.client))
    const foreign = await theirs.visit(authorizationUrl(server, world.client))
    const tokenOf = ({ body }: typeof page) => /name="token" value="([^"]+)"/.exec(body)?.[1] ?? ''
    for (const token of ['', tokenOf(other), tokenOf(foreign)]) {
      const answer = await mine.submit(page, { token }, 'with Company')
      expect(`${answer.status} ${textOf(answer.body)}`).toMatch(/403 This form was not accepted/)
    }
    const crossSite = await mine.visit(new URL(`${page.url.pathname}/upstream`, page.url), {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({ token: tokenOf(page), provider: 'company' }),
    })
    expect(crossSite.status).toBe(403)
    expect(mine.trail.some(({ origin }) => origin === world.provider.issuer)).toBe(false)
  })

  it('is not made by a provider that there is not', async () => {
    const browser = openWanderingBrowser(redirectUri)
    const page = await browser.visit(authorizationUrl(server, world.client))
    for (const provider of ['', 'none', '__proto__', '../other']) {
      const answer = await browser.submit(
        { ...page, body: page.body.replaceAll('value="company"', `value="${provider}"`) },
        {},
        'with Company',
      )
      expect(`${answer.status} ${textOf(answer.body)}`).toMatch(/400 This form was not accepted/)
    }
  })

  it('has ten minutes at most, and leaves nothing in the database that would help whoever reads it', async () => {
    const kept: { id: string; expiresAt: number; payload: object }[] = []
    const ports = memoryUpstream()
    const attempts = createAttempts(
      {
        vault: { seal: (clear) => Buffer.from(clear).toString('hex'), open: (sealed) => Buffer.from(sealed, 'hex').toString() },
        attempts: { ...ports.attempts, insertOnce: async (object) => kept.push(object) > 0 },
      },
      () => 1000,
    )
    const state = newState()
    const codeVerifier = 'the-verifier'
    const attempt = {
      provider: 'p',
      issuer: 'i',
      uid: 'u',
      browser: 'b',
      nonce: 'n',
      codeVerifier,
      startedAt: 1000,
      asksAnew: false,
    }
    await attempts.begin('default', state, attempt)
    expect(kept[0]?.expiresAt).toBe(1600)
    expect(JSON.stringify(kept)).not.toMatch(new RegExp(`${state}|${codeVerifier}`))
  })
})
