import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Configuration } from '../../src/index.ts'
import { launchChromium } from '../support/chromium.ts'
import { testDatabase } from '../support/database.ts'
import { urlOf } from '../support/database-url.ts'
import { type ExampleMcpServer, startExampleMcpServer } from '../support/example-mcp-server.ts'
import { decode } from '../support/flows.ts'
import { callTool, connectMcp, createMcpProvider } from '../support/mcp-client.ts'
import { type ServerPlace, type ServerProcess, serverPlace } from '../support/server-process.ts'
import { type StockProvider, startStockProvider } from '../support/stock-provider.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

describe('a person with an account elsewhere, and an MCP client that registered itself a second ago', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>
  let place: ServerPlace
  let server: ServerProcess
  let ours: TestServer
  let stock: StockProvider
  let example: ExampleMcpServer
  let browser: Browser
  /** The MCP client's own window to the browser: it waits for its code on loopback (RFC 8252 §7.3). */
  let tool: Server
  let redirectUrl: string
  const arrivals: URL[] = []

  beforeAll(async () => {
    database = await testDatabase()
    place = await serverPlace({ databaseUrl: urlOf(database.connection) })
    ours = await startTestServer({
      file: 'examples/upstream-provider.yaml',
      change: redirectingTo(`${place.issuer}/upstream/company/callback`),
    })
    stock = await startStockProvider(place.issuer)
    const company = { issuer: `${ours.url}/realms/company`, clientId: 'front', secret: { value: 'a-secret-of-two-examples' } }
    const keys = { issuer: stock.issuer, clientId: 'front-keys', authMethod: 'private_key_jwt' }
    const identityProviders = [
      { id: 'company', displayName: 'Company account', passwordForm: 'hidden', ...company },
      { id: 'keys', displayName: 'Stock provider', ...keys },
    ]
    await place.configure({ databaseUrl: urlOf(database.connection), realm: { identityProviders } })
    server = await place.start()
    example = await startExampleMcpServer({ issuer: place.issuer })
    browser = await launchChromium()
    tool = createServer((request, response) => {
      const url = new URL(request.url ?? '/', redirectUrl)
      if (url.pathname === '/callback') arrivals.push(url)
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>You can close this window</h1>')
    })
    await new Promise<void>((listening) => tool.listen(0, '127.0.0.1', listening))
    redirectUrl = `http://127.0.0.1:${(tool.address() as AddressInfo).port}/callback`
  })
  afterAll(async () => {
    await browser?.close()
    tool?.close()
    await example?.stop()
    await stock?.stop()
    await ours?.stop()
    await place?.remove()
    await database?.drop()
  })

  async function restart(): Promise<void> {
    await server.stop()
    server = await place.start()
  }

  const signInAtOurs = async (page: Page) => {
    await page.locator('#username').fill('grace')
    await page.locator('#password').fill('a password for trying things out')
    await page.locator('button.primary').click()
  }
  const signInAtStock = async (page: Page) => {
    await page.locator('[name=login]').fill('grace')
    await page.locator('[name=password]').fill('any')
    await page.locator('button[type=submit]').click()
    await page.getByRole('button', { name: 'Continue' }).click()
  }

  /** What the person does, from the client's link to its callback; `meanwhile`: while the person is at the provider. */
  async function goThrough(url: URL, { button, signIn, meanwhile }: Way): Promise<URL> {
    const context = await browser.newContext()
    const page = await context.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    try {
      await page.goto(url.href)
      expect(new URL(page.url()).origin).toBe(place.issuer)
      const text = await page.locator('main').innerText()
      expect(text).toContain('You decide first, and then sign in')
      expect(text).toContain('You will be sent to a program on this device')
      await page.getByRole('button', { name: button }).click()
      await page.waitForURL((at) => at.origin !== place.issuer && !at.href.startsWith(redirectUrl))
      await meanwhile()
      await signIn(page)
      await page.waitForURL(`${redirectUrl}?**`)
      expect(problems.filter((problem) => /Content Security Policy|form-action/.test(problem))).toEqual([])
    } finally {
      await context.close()
    }
    return arrivals.pop() ?? new URL('about:blank')
  }

  interface Way {
    readonly button: string
    readonly signIn: (page: Page) => Promise<void>
    readonly meanwhile: () => Promise<void>
  }

  it.each([
    ['a second server of ours', 'Company account', signInAtOurs],
    ['a stock oidc-provider', 'Stock provider', signInAtStock],
  ])(
    'signs in at %s, allows it, and the client calls a tool; also when the server restarts at every step',
    async (_, name, signIn) => {
      for (const meanwhile of [async () => undefined, restart]) {
        const way = { button: `Allow and sign in with ${name}`, signIn, meanwhile }
        const made = createMcpProvider((url) => goThrough(url, way), { redirect_uris: [redirectUrl] })
        const provider = { ...made.provider, redirectUrl }
        const { transport, connected } = connectMcp(example.url, provider)
        await expect(connected).rejects.toThrow(UnauthorizedError)
        const { back, client } = made.kept
        expect(back?.searchParams.get('iss')).toBe(place.issuer)
        await meanwhile()
        await transport.finishAuth(back?.searchParams.get('code') ?? '')
        await meanwhile()
        expect(await callTool(example.url, provider, 'whoami')).toMatchObject({ client: client?.client_id })
        // A token of ours, for this resource alone.
        expect(decode(made.kept.tokens?.access_token ?? '').claims).toMatchObject({ iss: place.issuer, aud: example.url.href })
      }
    },
  )
})

/** The client that the provider knows, with another redirect URI. */
function redirectingTo(redirectUri: string): (configuration: Configuration) => Configuration {
  return (configuration) => ({
    ...configuration,
    realms: configuration.realms.map((realm) => ({
      ...realm,
      clients: realm.clients.map((client) => ({ ...client, metadata: { ...client.metadata, redirect_uris: [redirectUri] } })),
    })),
  })
}
