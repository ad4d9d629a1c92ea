import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ClientMetadata } from '../../src/registration/index.ts'
import { launchChromium } from '../support/chromium.ts'
import {
  clientFixture,
  createWorld,
  type InteractionWorld,
  interactionFixture,
  NOW,
  PASSWORD,
} from '../support/interaction-world.ts'
import { seriousFindings } from '../support/serious-findings.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let browser: Browser
let world: InteractionWorld
let enginePages: Server
/** The application: another origin than ours, on every loopback address. */
let application: Server
let issuer: string

beforeAll(async () => {
  browser = await launchChromium()
  world = createWorld()
  issuer = await world.app.listen({ port: 0, host: '127.0.0.1' })
  world.realm = { ...world.realm, issuer }
  application = await listen(
    createServer((_, response) => response.end('arrived')),
    '::',
  )
  enginePages = await listen(
    createServer((request, response) => serveEnginePage(request.url ?? '', response)),
    '127.0.0.1',
  )
})

afterAll(async () => {
  await browser.close()
  await world.app.close()
  application.close()
  enginePages.close()
})

async function listen(server: Server, host: string): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return server
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

const form = '<form id="op.form" method="post" action="/x"><input type="hidden" name="xsrf" value="s"/></form>'
const codeForm = form.replace(
  '</form>',
  '<input type="text" name="user_code" placeholder="Enter code" onfocus="this.select()" autofocus></input></form>',
)

function enginePage(name: string) {
  const { pages } = world.room
  const view = { realm: world.realm, locales: 'en', form, formId: 'op.form' }
  switch (name) {
    case 'error':
      return pages.error({ ...view, error: 'invalid_scope', description: 'no such scope', continueTo: 'https://evil.example/' })
    case 'logout-confirm':
      return pages.logoutConfirm(view)
    case 'logged-out':
      return pages.loggedOut({
        ...view,
        clientName: 'Notebook',
        continueTo: 'https://app.example/',
        frames: [`${issuer}/nothing`],
      })
    case 'device-code':
      return pages.deviceCode({ ...view, form: codeForm, problem: 'ExpiredError' })
    case 'device-confirm':
      return pages.deviceConfirm({ ...view, userCode: 'BCDF-GHJK', client: clientFixture() })
    default:
      return pages.deviceDone({ ...view, clientName: 'Notebook' })
  }
}

function serveEnginePage(url: string, response: import('node:http').ServerResponse): void {
  if (url.startsWith('/assets/')) {
    void world.app
      .inject(url)
      .then(({ rawPayload, headers }) =>
        response.writeHead(200, { 'content-type': `${headers['content-type']}` }).end(rawPayload),
      )
    return
  }
  const { status, headers, html } = enginePage(url.slice(1))
  response.writeHead(status, headers).end(html)
}

async function withPage(
  options: Parameters<Browser['newContext']>[0],
  use: (page: Page, context: BrowserContext) => Promise<void>,
) {
  const context = await browser.newContext(options)
  try {
    await use(await context.newPage(), context)
  } finally {
    await context.close()
  }
}

const hostileName = `"><script>parent.owned=1</script>${'W'.repeat(300)}\u202Eneppiks`
const links = {
  client_uri: 'https://app.example/',
  policy_uri: 'https://app.example/p',
  tos_uri: `https://${'a'.repeat(60)}.${'b'.repeat(60)}.example/`,
}

function arrange(): readonly string[] {
  world.interactions.set(
    'login',
    interactionFixture({ uid: 'login', prompt: 'login', client: clientFixture({ client_name: hostileName }) }),
  )
  const client = clientFixture({ ...links, client_name: hostileName })
  const authorizationDetails = [{ type: 'payment', amount: { value: '99', note: 'x'.repeat(400) } }]
  const redirectUri = 'http://localhost:1/cb'
  world.interactions.set(
    'consent',
    interactionFixture({
      uid: 'consent',
      client,
      authorizationDetails,
      redirectUri,
      resources: [`https://${'r'.repeat(50)}.example/`],
    }),
  )
  world.requests.set('r1', {
    id: 'r1',
    client,
    scopes: ['openid', 'x'.repeat(200)],
    resources: ['https://mcp.example/tools'],
    bindingMessage: 'W4SCT',
    expiresAt: NOW + 60,
  })
  const engine = ['error', 'logout-confirm', 'logged-out', 'device-code', 'device-confirm', 'device-done']
  return [
    `${issuer}/start/login`,
    `${issuer}/start/consent`,
    `${issuer}/interaction/consent/leave?to=tos_uri`,
    `${issuer}/interaction/none`,
    `${issuer}/backchannel-requests`,
    ...engine.map((name) => `http://127.0.0.1:${portOf(enginePages)}/${name}`),
  ]
}

describe('every page, in a browser', () => {
  it.each(['light', 'dark'] as const)('has no serious finding of axe and fits 320 pixels, in %s', async (colorScheme) => {
    const urls = arrange()
    // The policy forbids scripts, axe's own among them: it is off for this check alone.
    await withPage({ colorScheme, viewport: { width: 320, height: 568 }, bypassCSP: true }, async (page) => {
      for (const url of urls) {
        await page.goto(url)
        expect({ url, findings: await seriousFindings(page) }).toEqual({ url, findings: [] })
        expect({ url, overflow: await page.evaluate('document.documentElement.scrollWidth > innerWidth') }).toEqual({
          url,
          overflow: false,
        })
      }
      await page.goto(`${issuer}/backchannel-requests`)
      await page.fill('#username', 'alice')
      await page.fill('#password', PASSWORD)
      await page.click('button[type=submit]')
      await page.waitForSelector('article')
      expect(await seriousFindings(page)).toEqual([])
    })
  })

  it('loads nothing from elsewhere and breaks no policy of its own', async () => {
    const urls = arrange()
    await withPage({}, async (page, context) => {
      const foreign: string[] = []
      const complaints: string[] = []
      context.on('request', (request) => {
        if (new URL(request.url()).hostname !== '127.0.0.1') foreign.push(request.url())
      })
      page.on('console', (message) => complaints.push(message.text()))
      for (const url of urls) await page.goto(url)
      expect(foreign).toEqual([])
      expect(complaints.filter((text) => /Content Security Policy/i.test(text))).toEqual([])
    })
  })

  it('shows consent for an ordinary client on the first screen of a phone', async () => {
    world.interactions.set('plain', interactionFixture({ uid: 'plain' }))
    await withPage({ viewport: { width: 360, height: 640 } }, async (page) => {
      await page.goto(`${issuer}/start/plain`)
      for (const button of await page.locator('button').all()) expect(await button.boundingBox()).toSatisfy(isWithin(640))
    })
  })

  it('gives Allow and Deny the same weight (SEC-CON-02)', async () => {
    world.interactions.set('plain', interactionFixture({ uid: 'plain' }))
    await withPage({}, async (page) => {
      await page.goto(`${issuer}/start/plain`)
      const looks = await page.evaluate<readonly unknown[]>(`[...document.querySelectorAll('.choices button')].map((button) => {
        const { width, height } = button.getBoundingClientRect()
        const { color, backgroundColor, borderColor, fontWeight } = getComputedStyle(button)
        return { width, height, color, backgroundColor, borderColor, fontWeight }
      })`)
      expect(looks).toHaveLength(2)
      expect(looks[0]).toEqual(looks[1])
    })
  })
})

function isWithin(height: number) {
  return (box: { y: number; height: number } | null) => box !== null && box.y + box.height <= height
}

describe('the whole way', () => {
  it.each([
    ['another host name', () => `http://localhost:${portOf(application)}/cb`],
    ['an IPv6 address', () => `http://[::1]:${portOf(application)}/cb`],
  ])('goes through sign-in and consent without JavaScript and ends at %s', async (_, redirectUri) => {
    world.interactions.set('way', interactionFixture({ uid: 'way', prompt: 'login', redirectUri: redirectUri() }))
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto(`${issuer}/start/way`)
      await page.getByLabel('User name').fill('alice')
      await page.getByLabel('Password').fill(PASSWORD)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('button', { name: 'Allow' }).click()
      await page.waitForURL(`${redirectUri()}?code=c0de`)
    })
  })

  it('hands over to an app by its scheme', async () => {
    world.interactions.set('way', interactionFixture({ uid: 'way', redirectUri: 'com.example.notebook:/cb' }))
    await withPage({}, async (page) => {
      await page.goto(`${issuer}/start/way`)
      // No application of this machine takes it; what counts is that the policy let it go that far.
      const handedOver = page.waitForRequest('com.example.notebook:/cb?code=c0de')
      await page.getByRole('button', { name: 'Allow' }).click({ noWaitAfter: true })
      await handedOver
    })
  })

  it('does not let a form end at another origin than the one that was shown (SEC-INJ-07)', async () => {
    const shown = interactionFixture({ uid: 'way', redirectUri: 'https://app.example/cb' })
    world.interactions.set('way', shown)
    await withPage({}, async (page) => {
      await page.goto(`${issuer}/start/way`)
      world.interactions.set('way', { ...shown, redirectUri: `http://localhost:${portOf(application)}/cb` })
      const complaint = page.waitForEvent('console', (message) => message.text().includes('form-action'))
      await page.getByRole('button', { name: 'Allow' }).click()
      await complaint
      expect(page.url()).toContain('/interaction/way')
    })
  })
})

const corpus = [
  '<script>window.owned=1</script>',
  '"><img src=x onerror=window.owned=1>',
  "' onfocus=window.owned=1 autofocus x='",
  '<svg onload=window.owned=1>',
  '</title><script>window.owned=1</script>',
  'javascript:window.owned=1',
  '<iframe srcdoc="<script>parent.owned=1</script>">',
  ['$', '{window.owned=1}'].join(''),
  '{{constructor.constructor("window.owned=1")()}}',
  '<% window.owned=1 %>',
  '$t(consent.allow)',
  '<a href=//evil.example>x</a>',
  '<meta http-equiv=refresh content=0;url=//evil.example>',
  '<base href=//evil.example>',
  '<link rel=stylesheet href=//evil.example>',
  '<form action=//evil.example><button>',
  '`-window.owned=1-`',
  '\u2028window.owned=1//',
]
const members = [
  'client_name',
  'client_name#de',
  'client_uri',
  'logo_uri',
  'tos_uri',
  'policy_uri',
  'tos_uri#de',
  'software_id',
  'software_version',
  'scope',
] as const

describe('stored markup', () => {
  it.each(corpus)(
    'stays text on sign-in, consent and approval pages in every member of a client: %s (SEC-INJ-01)',
    async (text) => {
      const metadata = Object.fromEntries(
        members.map((member) => [member, member.includes('_uri') ? `https://app.example/${text}` : text]),
      ) as ClientMetadata
      const client = clientFixture({ ...metadata, contacts: [text], [`client_name#${text}`]: text })
      const what = {
        client,
        scopes: [text],
        missingScopes: [text],
        missingClaims: [text],
        resources: [text],
        authorizationDetails: [{ type: text, [text]: text }],
      }
      world.interactions.set('login', interactionFixture({ uid: 'login', prompt: 'login', client, loginHint: text }))
      world.interactions.set('xss', interactionFixture({ uid: 'xss', ...what, missingResourceScopes: { [text]: [text] } }))
      // Without the policy, so that it is the escaping that is tested.
      await withPage({ bypassCSP: true, locale: 'de' }, async (page) => {
        for (const path of ['/start/login', '/start/xss', '/interaction/xss/leave?to=client_uri']) {
          await page.goto(`${issuer}${path}`)
          expect(await page.evaluate('window.owned')).toBeUndefined()
          expect(await page.locator('script, iframe, base, meta[http-equiv], svg, [onerror], [onload], [onfocus]').count()).toBe(
            0,
          )
          expect(new URL(page.url()).origin).toBe(issuer)
        }
        await page.goto(`${issuer}/start/xss`)
        expect(await page.locator('a[href*="evil.example"], form[action*="evil.example"]').count()).toBe(0)
      })
    },
  )
})
