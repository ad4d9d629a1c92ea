import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic } from '../support/flows.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const request =
  '/authorize?client_id=dcr_iat&response_type=token&scope=DynamicClientRegistration&redirect_uri=https%3A%2F%2Flocalhost%2Fcb&state=xyz'

/** No redirect is followed and no cookie kept: as a script asks. */
describe('an initial access token by the implicit grant (RFC 6749 §4.2, R1.07)', () => {
  let server: TestServer
  beforeAll(async () => {
    const file = 'test/fixtures/configurations/implicit-grant.yaml'
    server = await startTestServer({ file, env: { JOE_PASSWORD: '2Federate' } })
  })
  afterAll(() => server?.stop())

  const get = (headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${server.url}${request}`, { headers, redirect: 'manual' })
  const register = (token: string) =>
    fetch(`${server.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ redirect_uris: ['https://app.example/cb'] }),
    })

  it('is challenged for without credentials, and again after wrong ones, until there were too many', async () => {
    const answers = [await get(), await get(basic('joe', 'wrong')), await get(basic('nobody', 'wrong'))]
    for (const { status, headers } of answers) {
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Basic realm="default", charset="UTF-8"'])
      expect(headers.getSetCookie()).toEqual([])
    }
    await get(basic('JOE', 'wrong'))
    await get(basic('joe', 'wrong'))
    const throttled = await get(basic('joe', 'wrong'))
    expect(throttled.status).toBe(429)
    expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('is what registration wants', async () => {
    expect([(await register('')).status, (await register('made-up')).status]).toEqual([401, 401])
  })

  it('is had in one step, and registers a client', async () => {
    await server.stop()
    server = await startTestServer({
      file: 'test/fixtures/configurations/implicit-grant.yaml',
      env: { JOE_PASSWORD: '2Federate' },
    })
    const { status, headers } = await get(basic('joe', '2Federate'))
    expect(status).toBe(302)
    const location = new URL(headers.get('location') ?? '')
    expect(`${location.origin}${location.pathname}${location.search}`).toBe('https://localhost/cb')
    const { access_token = '', ...rest } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
    expect(rest).toEqual({
      token_type: 'Bearer',
      expires_in: expect.stringMatching(/^[1-9]\d*$/),
      scope: 'DynamicClientRegistration',
      state: 'xyz',
      iss: server.url,
    })
    const registered = await register(access_token)
    expect(registered.status).toBe(201)
    expect(await registered.json()).toMatchObject({ client_id: expect.any(String), redirect_uris: ['https://app.example/cb'] })
  })
})
