import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PNG } from 'pngjs'
import { it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { clientFixture, createWorld, interactionFixture, NOW, PASSWORD } from '../support/interaction-world.ts'

const hostile =
  'PayPal Security Team — https://paypal.com/login \u202Egnitiderc\u202C ' + 'Wörterbuchverwaltungsprogramm'.repeat(5)
it('shots', { timeout: 300_000 }, async () => {
  const world = createWorld()
  await world.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = world.app.server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  world.realm = { ...world.realm, issuer, development: false }
  const png = new PNG({ width: 64, height: 64 })
  for (let i = 0; i < png.data.length; i += 4) {
    png.data[i] = 20
    png.data[i + 1] = 140
    png.data[i + 2] = (i / 64) & 255
    png.data[i + 3] = 255
  }
  world.logos.set('https://app.example/logo.png', PNG.sync.write(png))
  const links = {
    client_uri: 'https://app.example/',
    policy_uri: 'https://app.example/privacy',
    tos_uri: 'https://other.example/terms',
  }
  const set = (uid: string, changes = {}) => world.interactions.set(uid, interactionFixture({ uid, ...changes }))
  set('login', { prompt: 'login', accountId: undefined })
  set('consent', { client: clientFixture({ ...links, logo_uri: 'https://app.example/logo.png' }) })
  set('operator', {
    client: clientFixture({ client_name: 'Intranet' }, { channel: 'administrator', client_id_issued_at: NOW - 86400 * 40 }),
    scopes: ['openid', 'profile', 'email'],
    missingScopes: ['email'],
  })
  set('loopback', {
    client: clientFixture({ client_name: 'Claude Code' }),
    redirectUri: 'http://localhost:52011/callback',
    resources: ['https://mcp.example/sse'],
  })
  set('app', {
    client: clientFixture({ client_name: 'Cursor' }),
    redirectUri: 'cursor://anysphere.cursor-retrieval/oauth/callback',
  })
  set('hostile', {
    client: clientFixture({
      ...links,
      client_name: hostile,
      client_uri:
        'https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.example/',
    }),
    redirectUri:
      'https://accounts.xn--ggle-0nda.com.signin.secure-login-verification-service.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.evil.example/cb',
  })
  set('rich', {
    client: clientFixture({}, { channel: 'software-statement' }),
    scopes: ['openid', 'offline_access', 'accounts'],
    missingScopes: ['accounts', 'openid', 'offline_access'],
    missingClaims: ['email', 'birthdate'],
    resources: ['https://api.bank.example/accounts'],
    missingResourceScopes: { 'https://api.bank.example/accounts': ['accounts:read', 'accounts:write'] },
    authorizationDetails: [
      {
        type: 'payment_initiation',
        instructedAmount: { currency: 'EUR', amount: '123.50' },
        creditorName: 'Merchant A',
        locations: ['https://a', 'https://b'],
      },
    ],
  })
  set('device', { redirectUri: undefined })
  set('meta', {
    client: clientFixture(
      { client_name: 'Meta' },
      { channel: 'metadata-document', client_id: 'https://client.example/meta.json' },
    ),
  })
  world.requests.set('r1', {
    id: 'r1',
    client: clientFixture({ client_name: 'Call centre' }, { channel: 'provisioned' }),
    scopes: ['openid', 'profile'],
    bindingMessage: 'W4SCT',
    expiresAt: NOW + 240,
  })
  world.requests.set('r2', { id: 'r2', client: clientFixture({ client_name: 'Shop' }), scopes: ['openid'], expiresAt: NOW + 40 })
  const pages = world.room.pages
  const deviceForm =
    '<form id="op.deviceInputForm" novalidate method="post" action="/device">\n  <input type="hidden" name="xsrf" value="abc"/>\n  <input\n    value="ABCD" type="text" name="user_code" placeholder="Enter code" onfocus="this.select(); this.onfocus = undefined;" autofocus autocomplete="off"></input>\n  </form>'
  const v = (locales: string) => ({ realm: world.realm, locales })
  const served: Record<string, (l: string) => ReturnType<typeof pages.error>> = {
    error: (l) =>
      pages.error({
        ...v(l),
        error: 'invalid_redirect_uri',
        description: "redirect_uri did not match any of the client's registered redirect_uris",
        requestId: 'req-12',
      }),
    errorgo: (l) =>
      pages.error({
        ...v(l),
        error: 'invalid_scope',
        description: 'no such scope',
        continueTo: 'https://evil.example/cb?error=invalid_scope',
      }),
    logout: (l) =>
      pages.logoutConfirm({
        ...v(l),
        form: '<form id="op.logoutForm" method="post" action="/x"></form>',
        formId: 'op.logoutForm',
      }),
    loggedout: (l) => pages.loggedOut({ ...v(l), clientName: 'Notebook', continueTo: 'https://app.example/bye' }),
    devicecode: (l) => pages.deviceCode({ ...v(l), form: deviceForm, formId: 'op.deviceInputForm', problem: 'NotFoundError' }),
    deviceconfirm: (l) =>
      pages.deviceConfirm({
        ...v(l),
        form: '<form id="op.deviceConfirmForm"></form>',
        formId: 'op.deviceConfirmForm',
        userCode: 'BCDF-GHJK',
        client: clientFixture(),
      }),
    devicedone: (l) => pages.deviceDone({ ...v(l), clientName: 'Notebook' }),
  }
  const engine = createServer(async (req, res) => {
    if (req.url?.startsWith('/assets/')) {
      const r = await world.app.inject(req.url)
      res.writeHead(r.statusCode, r.headers as never).end(r.payload)
      return
    }
    const page = served[(req.url ?? '').slice(1).split('?')[0] ?? '']?.(req.headers['accept-language'] ?? '')
    if (!page) {
      res.writeHead(404).end()
      return
    }
    res.writeHead(page.status, page.headers).end(page.html)
  })
  await new Promise<void>((r) => engine.listen(0, r))
  const eport = (engine.address() as AddressInfo).port
  const browser = await launchChromium()
  const only = process.env['ONLY']?.split(',')
  for (const [mode, width, height, scheme, locale] of [
    ['m-light', 360, 640, 'light', 'en'],
    ['m-dark-de', 360, 640, 'dark', 'de'],
    ['w-light', 1280, 800, 'light', 'en'],
    ['xs', 320, 568, 'light', 'de'],
  ] as const) {
    if (process.env['SHOT_MODE'] && !process.env['SHOT_MODE'].split(',').includes(mode)) continue
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, locale, deviceScaleFactor: 1 })
    const page = await context.newPage()
    const shot = async (name: string, url: string) => {
      if (only && !only.includes(name)) return
      await page.goto(url)
      await page.screenshot({ path: `/tmp/shots/${name}-${mode}.png`, fullPage: true })
    }
    for (const uid of world.interactions.keys()) await shot(uid, `${issuer}/start/${uid}`)
    await shot('leave', `${issuer}/interaction/consent/leave?to=policy_uri`)
    await shot('expired', `${issuer}/interaction/none`)
    await shot('approvals-signin', `${issuer}/backchannel-requests`)
    await page.goto(`${issuer}/backchannel-requests`)
    await page.fill('#username', 'alice')
    await page.fill('#password', 'wrong')
    await page.click('.primary')
    await page.screenshot({ path: `/tmp/shots/wrong-${mode}.png`, fullPage: true })
    await page.fill('#username', 'alice')
    await page.fill('#password', PASSWORD)
    await page.click('.primary')
    await page.screenshot({ path: `/tmp/shots/approvals-${mode}.png`, fullPage: true })
    for (const name of Object.keys(served)) await shot(name, `http://127.0.0.1:${eport}/${name}`)
    await context.close()
  }
  await browser.close()
  engine.close()
  await world.app.close()
})
