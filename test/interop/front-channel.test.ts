import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as client from 'openid-client'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { codeVerifier, decode } from '../support/flows.ts'
import { authorize, someoneOf } from '../support/scripted-browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const redirect_uri = 'https://rp.example/cb'
const plainHttp = { execute: [client.allowInsecureRequests] }

type Metadata = Readonly<Record<string, unknown>>

function register(server: TestServer, metadata: Metadata): Promise<client.Configuration> {
  return client.dynamicClientRegistration(new URL(server.url), metadata as never, client.ClientSecretPost(), plainHttp)
}

const hybrid = { response_types: ['code id_token'], grant_types: ['authorization_code', 'implicit'] }
const implicit = { response_types: ['id_token'], grant_types: ['implicit'] }
const secret = { token_endpoint_auth_method: 'client_secret_post' }

describe('openid-client in the front channel', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ file: 'test/fixtures/configurations/oidc.yaml' })
  })
  afterAll(() => server?.stop())

  it('accepts the ID token of the implicit flow: signature, nonce, issuer', async () => {
    const configuration = await register(server, { redirect_uris: [redirect_uri], ...secret, ...implicit })
    client.useIdTokenResponseType(configuration)
    const nonce = client.randomNonce()
    const state = client.randomState()
    const url = client.buildAuthorizationUrl(configuration, { redirect_uri, scope: 'openid email', nonce, state })
    expect(url.searchParams.get('response_type')).toBe('id_token')
    const back = await authorize(server, url)
    const claims = await client.implicitAuthentication(configuration, back, nonce, { expectedState: state })
    expect(claims).toMatchObject({ iss: server.url, email: 'ada@example.com' })
  })

  it('accepts the hybrid flow: c_hash, nonce, and the same person at the token endpoint', async () => {
    const configuration = await register(server, { redirect_uris: [redirect_uri], ...secret, ...hybrid })
    client.useCodeIdTokenResponseType(configuration)
    const checks = { expectedNonce: client.randomNonce(), expectedState: client.randomState() }
    const challenge = await client.calculatePKCECodeChallenge(codeVerifier)
    const url = client.buildAuthorizationUrl(configuration, {
      ...{ redirect_uri, scope: 'openid', nonce: checks.expectedNonce, state: checks.expectedState },
      ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    })
    const back = await authorize(server, url)
    const more = { ...checks, pkceCodeVerifier: codeVerifier, idTokenExpected: true }
    const tokens = await client.authorizationCodeGrant(configuration, back, more)
    expect(tokens.claims()).toMatchObject({ iss: server.url, nonce: checks.expectedNonce })
  })

  it('finds errors in the fragment', async () => {
    const configuration = await register(server, { redirect_uris: [redirect_uri], ...secret, ...implicit })
    client.useIdTokenResponseType(configuration)
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri,
      scope: 'openid',
      nonce: 'n',
      state: 's',
      prompt: 'none',
    })
    const back = await authorize(server, url)
    const refused = client.implicitAuthentication(configuration, back, 'n', { expectedState: 's' })
    await expect(refused).rejects.toMatchObject({ error: 'login_required' })
  })
})

describe('a real browser in the front channel', () => {
  let server: TestServer
  let browser: Browser
  /** A page that finds its answer behind the `#`, or in a form that was sent to it. */
  let site: Server
  let callback: string
  const requests: { readonly method: string; readonly url: string; readonly form: URLSearchParams }[] = []

  beforeAll(async () => {
    server = await startTestServer({ file: 'test/fixtures/configurations/oidc.yaml' })
    browser = await launchChromium()
    site = createServer(async (request, response) => {
      requests.push({ method: request.method ?? '', url: request.url ?? '', form: new URLSearchParams(await bodyOf(request)) })
      const script = '<h1 id="answer"></h1><script>document.getElementById("answer").textContent = location.hash</script>'
      response.writeHead(200, { 'content-type': 'text/html' }).end(script)
    })
    await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening))
    callback = `http://127.0.0.1:${(site.address() as AddressInfo).port}/callback`
  })
  afterAll(async () => {
    await browser?.close()
    site?.close()
    await server?.stop()
  })

  async function arrive(response_mode?: string) {
    const known = await register(server, {
      redirect_uris: ['http://127.0.0.1/callback'],
      application_type: 'native',
      response_types: ['code id_token token'],
      grant_types: ['authorization_code', 'implicit'],
      ...secret,
    })
    const parameters = {
      ...{ redirect_uri: callback, response_type: 'code id_token token', scope: 'openid', nonce: 'n', state: 's' },
      ...{ code_challenge: await client.calculatePKCECodeChallenge(codeVerifier), code_challenge_method: 'S256' },
      ...(response_mode === undefined ? {} : { response_mode }),
    }
    const page = await (await browser.newContext()).newPage()
    await page.goto(client.buildAuthorizationUrl(known, parameters).href)
    const { username, password } = someoneOf(server)
    await page.locator('#username').fill(username)
    await page.locator('#password').fill(password)
    await page.locator('button[type=submit].primary').click()
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await page.waitForURL(`${callback}**`)
    return { page, client_id: known.clientMetadata().client_id }
  }

  it('carries the answer behind the # to the page, and never to its server', async () => {
    const { page, client_id } = await arrive()
    const answer = new URLSearchParams((await page.locator('#answer').innerText()).slice(1))
    expect(answer.get('state')).toBe('s')
    expect(decode(answer.get('id_token') ?? '').claims).toMatchObject({ iss: server.url, aud: client_id, nonce: 'n' })
    expect([answer.has('code'), answer.has('access_token'), answer.get('iss')]).toEqual([true, true, server.url])
    expect(requests.filter(({ url }) => url.startsWith('/callback')).map(({ url }) => url)).toEqual(['/callback'])
  })

  it('sends the answer as a form, by the page that submits itself under our policy for scripts', async () => {
    const { page, client_id } = await arrive('form_post')
    expect(page.url()).toBe(callback)
    const form = requests.findLast(({ method, url }) => method === 'POST' && url === '/callback')?.form
    expect(decode(form?.get('id_token') ?? '').claims).toMatchObject({ iss: server.url, aud: client_id, nonce: 'n' })
    expect([form?.has('code'), form?.has('access_token'), form?.get('state')]).toEqual([true, true, 's'])
  })
})

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}
