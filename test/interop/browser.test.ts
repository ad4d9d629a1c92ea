import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { authorizationUrl, decode, redeem } from '../support/flows.ts'
import { registeredPublic } from '../support/registration-client.ts'
import { someoneOf } from '../support/scripted-browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe('a person with a real browser', () => {
  let server: TestServer
  let browser: Browser
  /** A command line tool that waits for its code on loopback (RFC 8252 §7.3). */
  let tool: Server
  let redirect_uri: string
  const arrivals: URL[] = []

  beforeAll(async () => {
    server = await startTestServer()
    browser = await launchChromium()
    tool = createServer((request, response) => {
      const url = new URL(request.url ?? '/', redirect_uri)
      if (url.pathname === '/callback') arrivals.push(url)
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>You can close this window</h1>')
    })
    await new Promise<void>((listening) => tool.listen(0, '127.0.0.1', listening))
    redirect_uri = `http://127.0.0.1:${(tool.address() as AddressInfo).port}/callback`
  })
  afterAll(async () => {
    await browser?.close()
    tool?.close()
    await server?.stop()
  })

  it('signs in, sees what is asked for, allows it, and arrives at the tool with a code that is worth tokens', async () => {
    const client = await registeredPublic(server, {
      client_name: 'Harbor CLI',
      redirect_uris: ['http://127.0.0.1/callback'],
      application_type: 'native',
    })
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    try {
      await page.goto(authorizationUrl(server, client, { redirect_uri, scope: 'openid email' }).href)
      const { username, password } = someoneOf(server)
      await page.locator('#username').fill(username)
      await page.locator('#password').fill(password)
      await page.locator('button[type=submit].primary').click()

      await page.waitForURL(/\/interaction\//)
      await page.getByRole('button', { name: 'Allow', exact: true }).waitFor()
      const text = await page.locator('main').innerText()
      expect(text).toContain('Harbor CLI')
      expect(text).toContain('See your e-mail address')
      await page.getByRole('button', { name: 'Allow', exact: true }).click()
      await page.waitForURL(`${redirect_uri}?**`)
      expect(await page.locator('h1').innerText()).toBe('You can close this window')
    } finally {
      await page.close()
    }

    expect(arrivals).toHaveLength(1)
    const [back = new URL('about:blank')] = arrivals
    expect(back.searchParams.get('state')).toBe('a-state')
    const { status, body } = await redeem(server, client, back, redirect_uri)
    expect(status).toBe(200)
    expect(decode(body.id_token).claims).toMatchObject({ iss: server.url, aud: client.client_id, nonce: 'a-nonce' })
    // A favicon that a foreign listener does not have is nothing of ours.
    expect(problems.filter((problem) => !problem.includes('favicon'))).toEqual([])
  })
})
