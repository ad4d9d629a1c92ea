import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, codeVerifier, decode, type Parameters, requestToken } from '../support/flows.ts'
import { identityProvider, withProviders } from '../support/identity-providers.ts'
import { type RegisteredClient, redirectUri, registeredPublic } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'
import { type StockProvider, signInAtStock, startStockProvider } from '../support/stock-provider.ts'
import type { TestServer } from '../support/test-server.ts'
import { openWanderingBrowser, type Page, textOf, type WanderingBrowser } from '../support/wandering-browser.ts'

async function tokensOf(server: TestServer, client: RegisteredClient, { url }: Page) {
  const code = url.searchParams.get('code') ?? ''
  const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: codeVerifier }
  const { status, body } = await requestToken(server, client, grant)
  expect({ status, error: body.error_description, url: url.href }).toMatchObject({ status: 200 })
  return body
}

async function userinfo(server: TestServer, access_token: string) {
  const response = await fetch(`${server.url}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })
  return (await response.json()) as Readonly<Record<string, unknown>>
}

const scope = 'openid profile email mcp:tools'
const grace = { username: 'grace', password: 'a password for trying things out' }

describe('sign-in at a second server of ours', () => {
  const upstream = serveSuite({ file: 'examples/upstream-provider.yaml' })
  const server = serveSuite(async () => ({
    file: 'examples/upstream.yaml',
    change: withProviders([
      identityProvider({ issuer: `${upstream.url}/realms/company`, secret: 'a-secret-of-two-examples', maxAgeSeconds: 3600 }),
    ]),
  }))

  async function signIn(browser: WanderingBrowser, client: RegisteredClient, parameters: Parameters = {}): Promise<Page> {
    let page = await browser.visit(authorizationUrl(server, client, { scope: 'openid profile email', ...parameters }))
    if (/Allow and sign in/.test(page.body)) page = await browser.submit(page, {}, 'Allow and sign in')
    return /name="password"/.test(page.body) ? browser.submit(page, grace) : page
  }

  it('asks for consent before anybody is sent there (MCP-CON-05)', async () => {
    const client = await registeredPublic(server, { client_name: 'Newcomer', scope })
    const browser = openWanderingBrowser(redirectUri)
    const page = await browser.visit(authorizationUrl(server, client))
    expect(page.url.origin).toBe(new URL(server.url).origin)
    expect(textOf(page.body)).toMatch(/Newcomer.*You decide first, and then sign in with Company.*Allow and sign in with Company/)
    expect(page.body).not.toMatch(/name="password"/)
    const there = await browser.submit(page, {}, 'Allow and sign in')
    expect(there.url.origin).toBe(new URL(upstream.url).origin)
    const answer = browser.trail.find(({ pathname }) => pathname.endsWith('/realms/company/authorize'))
    expect(Object.fromEntries(answer?.searchParams ?? [])).toMatchObject({
      client_id: 'front',
      code_challenge_method: 'S256',
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      redirect_uri: `${server.url}/upstream/company/callback`,
      max_age: '3600',
    })
  })

  it('has tokens of its own for the person, and claims from there', async () => {
    const client = await registeredPublic(server, { scope })
    const tokens = await tokensOf(server, client, await signIn(openWanderingBrowser(redirectUri), client))
    expect(decode(tokens.id_token).claims).toMatchObject({ iss: server.url, aud: client.client_id })
    const { sub, ...claims } = await userinfo(server, tokens.access_token)
    expect(claims).toMatchObject({ name: 'Grace Hopper', email: 'grace@company.example', email_verified: true })
    expect(sub).not.toBe(undefined)
  })

  it('knows the person again, in another browser and at another client, and asks there too (MCP-CON-01)', async () => {
    const [one, two] = [await registeredPublic(server, { scope }), await registeredPublic(server, { scope })]
    const browser = openWanderingBrowser(redirectUri)
    const first = decode((await tokensOf(server, one, await signIn(browser, one))).id_token).claims['sub']
    const other = openWanderingBrowser(redirectUri)
    const page = await other.visit(authorizationUrl(server, two))
    expect(textOf(page.body)).toMatch(/You decide first/)
    expect(
      decode((await tokensOf(server, two, await signIn(openWanderingBrowser(redirectUri), two))).id_token).claims['sub'],
    ).toBe(first)
    // Signed in already: as with every sign-in, consent alone is asked for.
    const again = await browser.visit(authorizationUrl(server, two))
    expect(textOf(again.body)).not.toMatch(/You decide first/)
  })

  it('remembers the consent that was given before sign-in', async () => {
    const client = await registeredPublic(server, { scope })
    const browser = openWanderingBrowser(redirectUri)
    await tokensOf(server, client, await signIn(browser, client))
    const again = await browser.visit(authorizationUrl(server, client, { scope: 'openid profile email' }))
    expect(again.url.href).toMatch(/^https:\/\/app\.example\/cb\?code=/)
    const more = await browser.visit(authorizationUrl(server, client, { scope: 'openid profile email mcp:tools' }))
    expect(textOf(more.body)).toMatch(/Use tools on your behalf mcp:tools new/)
  })

  it('sends nobody there who does not allow it', async () => {
    const client = await registeredPublic(server, { scope })
    const browser = openWanderingBrowser(redirectUri)
    const page = await browser.visit(authorizationUrl(server, client))
    expect(textOf((await browser.submit(page, {}, 'Deny')).body)).toMatch('Access was not allowed')
    expect(browser.trail.some(({ origin }) => origin === new URL(upstream.url).origin)).toBe(false)
  })

  it('says when the person proved who they are, not when they came back', async () => {
    const client = await registeredPublic(server, { scope })
    const page = await signIn(openWanderingBrowser(redirectUri), client, { max_age: '1000' })
    const { auth_time } = decode((await tokensOf(server, client, page)).id_token).claims
    expect(auth_time).toEqual(expect.any(Number))
  })
})

describe('sign-in at a stock oidc-provider', () => {
  let stock: StockProvider
  const server = serveSuite()
  beforeAll(async () => {
    stock = await startStockProvider(server.url)
    const plain = { issuer: stock.issuer, scopes: ['openid', 'profile', 'email'] }
    const common = { ...plain, secret: 'stock-secret' }
    const emailDomains = ['stock.example']
    for (const provider of [
      { ...common, id: 'basic', displayName: 'Basic', clientId: 'front' },
      { ...common, id: 'post', displayName: 'Post', clientId: 'front-post', authMethod: 'client_secret_post' },
      { ...plain, id: 'keys', displayName: 'Keys', clientId: 'front-keys', authMethod: 'private_key_jwt', emailDomains },
      { ...plain, id: 'public', displayName: 'Public', clientId: 'front-public', authMethod: 'none' },
    ]) {
      const response = await server.admin('POST', '/realms/default/identity-providers', provider)
      expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 201 })
    }
  })
  afterAll(() => stock?.stop())

  it.each(['Basic', 'Post', 'Keys', 'Public'])(
    'works with the way in which %s wants clients to prove themselves',
    async (name) => {
      const client = await registeredPublic(server, { scope })
      const browser = openWanderingBrowser(redirectUri)
      const page = await browser.visit(authorizationUrl(server, client, { scope: 'openid profile email' }))
      const there = await browser.submit(page, {}, `with ${name}`)
      const back = await signInAtStock(browser, there, `person-${name}`)
      const claims = await userinfo(server, (await tokensOf(server, client, back)).access_token)
      expect(claims).toMatchObject({ name: `Name of person-${name}`, email: `person-${name}@stock.example` })
    },
  )

  it('offers every provider and the password, and a hint chooses one', async () => {
    const client = await registeredPublic(server, { scope })
    const browser = openWanderingBrowser(redirectUri)
    const all = textOf((await browser.visit(authorizationUrl(server, client))).body)
    for (const name of ['Basic', 'Post', 'Keys', 'Public']) expect(all).toMatch(`with ${name}`)
    expect(all).toMatch('Sign in with a password instead')
    for (const hint of [
      { login_hint: 'Someone@Stock.example' },
      { domain_hint: 'stock.example' },
      { idp_hint: 'keys' },
      { kc_idp_hint: 'keys' },
    ]) {
      const page = await browser.visit(authorizationUrl(server, client, hint))
      expect(textOf(page.body)).toMatch(/with Keys Deny/)
      expect(textOf(page.body)).not.toMatch('with Basic')
      const wide = await browser.visit(new URL(`${page.url.pathname}?ways=all`, page.url))
      expect(textOf(wide.body)).toMatch('with Basic')
    }
    const unknown = await browser.visit(authorizationUrl(server, client, { idp_hint: 'none', login_hint: 'x@other.example' }))
    expect(textOf(unknown.body)).toMatch('with Basic')
  })

  it('lets people sign in with a password of ours besides, and then asks for consent', async () => {
    const client = await registeredPublic(server, { scope })
    const browser = openWanderingBrowser(redirectUri)
    const page = await browser.visit(authorizationUrl(server, client))
    const form = await browser.visit(new URL(`${page.url.pathname}?ways=password`, page.url))
    const ada = server.configuration.realms[0]?.users[0]
    const consent = await browser.submit(form, { username: 'ada', password: ada?.password ?? '' }, 'Sign in')
    expect(textOf(consent.body)).toMatch(/wants to use your account.*Signed in as ada/)
    expect((await browser.submit(consent, {}, 'Allow')).url.searchParams.get('code')).toBeTruthy()
  })
})
