import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fieldsOf, openBrowser } from '../support/browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const redirect_uri = 'https://app.example/cb'
const password = 'correct-horse-battery'
const code_verifier = 'a-code-verifier-that-is-long-enough-for-RFC-7636-4.1'
const code_challenge = createHash('sha256').update(code_verifier).digest('base64url')

describe('two realms in one browser', { timeout: 120_000 }, () => {
  let server: TestServer
  let issuers: Readonly<Record<string, string>>
  beforeAll(async () => {
    server = await startTestServer()
    // One issuer stands below the other, and both below that of realm `default`: the paths of their cookies overlap.
    issuers = { outer: `${server.url}/realms/outer`, inner: `${server.url}/realms/outer/inner` }
    for (const [name, issuer] of Object.entries(issuers)) {
      await admin('/realms', { name, issuer })
      await admin(`/realms/${name}/users`, { username: `user-of-${name}`, password })
      const client = { client_id: 'app', firstParty: true, redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none' }
      await admin(`/realms/${name}/clients`, { ...client, scope: 'openid', post_logout_redirect_uris: [redirect_uri] })
    }
  }, 120_000)
  afterAll(() => server?.stop())

  const admin = async (path: string, body: object) => {
    const answer = await server.admin('POST', path, body)
    expect(answer.status, await answer.text()).toBe(201)
  }
  type Browser = ReturnType<typeof openBrowser>
  const urlIn = (realm: string, more: Readonly<Record<string, string>> = {}) => {
    const asked = { client_id: 'app', redirect_uri, response_type: 'code', scope: 'openid', code_challenge, ...more }
    return `${issuers[realm]}/authorize?${new URLSearchParams({ ...asked, code_challenge_method: 'S256' })}`
  }
  const isSignedIn = async (browser: Browser, realm: string) => {
    const { location } = await browser.visit(urlIn(realm, { prompt: 'none' }))
    return location?.searchParams.has('code') === true
  }
  const signIn = async (browser: Browser, realm: string, body: string) => {
    const action = /<form method="post" action="([^"]+)"/.exec(body)?.[1] ?? ''
    return browser.submit(action, { ...fieldsOf(body), username: `user-of-${realm}`, password })
  }

  it('are signed in to side by side, with both sign-ins under way at once, and signing out of one leaves the other', async () => {
    const browser = openBrowser(new URL(server.url).origin)
    const pages = { inner: await browser.visit(urlIn('inner')), outer: await browser.visit(urlIn('outer')) }
    for (const realm of ['outer', 'inner'] as const) {
      const { location } = await signIn(browser, realm, pages[realm].body)
      expect(location?.searchParams.get('iss')).toBe(issuers[realm])
    }
    expect([await isSignedIn(browser, 'outer'), await isSignedIn(browser, 'inner')]).toEqual([true, true])
    for (const [realm, remaining] of [['inner', [true, false]] as const, ['outer', [false, false]] as const]) {
      const { body } = await browser.visit(`${issuers[realm]}/logout?client_id=app`)
      await browser.submit(`${issuers[realm]}/logout/confirm`, { ...fieldsOf(body), logout: 'yes' })
      expect([await isSignedIn(browser, 'outer'), await isSignedIn(browser, 'inner')]).toEqual(remaining)
    }
  })

  it('do not take the cookies of one for those of another', async () => {
    const browser = openBrowser(new URL(server.url).origin)
    await signIn(browser, 'outer', (await browser.visit(urlIn('outer'))).body)
    const names = [...browser.cookies.values()].map(({ name }) => name)
    for (const cookie of [...browser.cookies.values()].filter(({ name }) => name.includes('outer')))
      browser.cookies.set(`copy ${cookie.name}`, { ...cookie, name: cookie.name.replace('outer', 'inner'), path: '/' })
    expect(names.length).toBeGreaterThan(0)
    expect([await isSignedIn(browser, 'outer'), await isSignedIn(browser, 'inner')]).toEqual([true, false])
  })
})
