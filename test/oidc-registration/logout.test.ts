import { afterAll, describe, expect, it } from 'vitest'
import { type DocumentServer, startDocumentServer } from '../support/document-server.ts'
import { decode, obtainTokens, requestToken } from '../support/flows.ts'
import { type RegisteredClient, redirectUri, register, registered } from '../support/registration-client.ts'
import { createBrowser, type ScriptedBrowser, unescapeHtml } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]
const after = 'https://app.example/goodbye'

describe('logout metadata', () => {
  let documents: DocumentServer
  const server = serveSuite(async () => {
    documents = await startDocumentServer()
    return { file: 'test/fixtures/configurations/everything.yaml', change: documents.trusted }
  })
  afterAll(() => documents?.stop())

  async function signedIn(metadata: object): Promise<{ client: RegisteredClient; browser: ScriptedBrowser; id_token: string }> {
    const client = await registered(server, { redirect_uris, ...metadata })
    const browser = createBrowser(server)
    const { id_token } = await obtainTokens(server, client, {}, browser)
    return { client, browser, id_token }
  }

  async function logOut(browser: ScriptedBrowser, parameters: Readonly<Record<string, string>>) {
    const page = await browser.visit(`${server.url}/logout?${new URLSearchParams(parameters)}`)
    if (page.location !== undefined || !page.body.includes('<form')) return page
    return browser.submit(page, { logout: 'yes' })
  }

  it('goes on to a registered address (OIDR-LO-01, OIDR-EFF-10)', async () => {
    const { browser, id_token } = await signedIn({ post_logout_redirect_uris: [after] })
    const { location } = await logOut(browser, { id_token_hint: id_token, post_logout_redirect_uri: after, state: 's' })
    expect(location?.href).toBe(`${after}?state=s`)
  })

  it.each([`${after}/`, `${after}?x=1`, 'https://evil.example/'])(
    'does not go on to %s (OIDR-LO-01, OIDR-EFF-10)',
    async (uri) => {
      const { browser, id_token } = await signedIn({ post_logout_redirect_uris: [after] })
      const { location } = await logOut(browser, { id_token_hint: id_token, post_logout_redirect_uri: uri })
      expect(location).toBeUndefined()
    },
  )

  it('goes on for no client that is not named, or that is another than the hint says (OIDR-LO-02)', async () => {
    const { browser, id_token } = await signedIn({ post_logout_redirect_uris: [after] })
    const other = await registered(server, { redirect_uris, post_logout_redirect_uris: [after] })
    const contradiction = { id_token_hint: id_token, client_id: other.client_id, post_logout_redirect_uri: after }
    expect((await logOut(browser, contradiction)).location).toBeUndefined()
    expect((await logOut(browser, { post_logout_redirect_uri: after })).location).toBeUndefined()
  })

  it.each(['https://other.example/out', 'http://app.example/out', 'https://app.example:8443/out', '/out', `${redirectUri}#x`])(
    'refuses the frontchannel_logout_uri %s (OIDR-LO-03)',
    async (frontchannel_logout_uri) => {
      const answer = await register(server, { redirect_uris, frontchannel_logout_uri })
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
    },
  )

  it('loads the frontchannel_logout_uri with issuer and session where both are required (OIDR-LO-03, OIDR-LO-04)', async () => {
    const frontchannel = { frontchannel_logout_uri: 'https://app.example/out?a=1', frontchannel_logout_session_required: true }
    const { browser, id_token } = await signedIn({ ...frontchannel })
    const { body } = await logOut(browser, { id_token_hint: id_token })
    const source = unescapeHtml(/<iframe[^>]*src="([^"]+)"/.exec(body)?.[1] ?? '')
    expect(source).toMatch(/^https:\/\/app\.example\/out\?a=1&/)
    expect(new URL(source).searchParams.get('iss')).toBe(server.url)
    expect(new URL(source).searchParams.get('sid')).toBe(decode(id_token).claims['sid'])
  })

  it.each(['https://app.example/out#x', '/out', 'http://app.example/out'])(
    'refuses the backchannel_logout_uri %s (OIDR-LO-05)',
    async (backchannel_logout_uri) => {
      const answer = await register(server, { redirect_uris, backchannel_logout_uri })
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
    },
  )

  it('posts a logout token with the session to the backchannel_logout_uri (OIDR-LO-05, OIDR-LO-06)', async () => {
    const backchannel_logout_uri = documents.publish('/backchannel', { status: 200, body: '' })
    const { client, browser, id_token } = await signedIn({ backchannel_logout_uri, backchannel_logout_session_required: true })
    await logOut(browser, { id_token_hint: id_token })
    const posted = await poll(() => documents.posted.get('/backchannel'))
    const { claims } = decode(new URLSearchParams(posted).get('logout_token') ?? '')
    expect(claims).toMatchObject({ iss: server.url, aud: client.client_id, sid: expect.any(String) })
    expect(claims).not.toHaveProperty('nonce')
  })

  it('refuses grants that a client did not register (OIDR-EFF-02)', async () => {
    const client = await registered(server, { redirect_uris })
    for (const grant_type of ['client_credentials', 'refresh_token', 'password']) {
      const { status, body } = await requestToken(server, client, {
        grant_type,
        refresh_token: 'x',
        username: 'ada',
        password: 'x',
      })
      expect(status).toBe(400)
      expect(['unauthorized_client', 'unsupported_grant_type']).toContain(body.error)
    }
  })
})

async function poll(read: () => string | undefined): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const value = read()
    if (value !== undefined) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('nothing came')
}
