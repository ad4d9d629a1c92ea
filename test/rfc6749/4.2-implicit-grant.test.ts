import { describe, expect, it } from 'vitest'
import { basic } from '../support/flows.ts'
import { serveSuite } from '../support/serve-suite.ts'

const serve = { file: 'test/fixtures/configurations/implicit-grant.yaml', env: { JOE_PASSWORD: '2Federate' } }
const query =
  '?client_id=dcr_iat&response_type=token&scope=DynamicClientRegistration&redirect_uri=https%3A%2F%2Flocalhost%2Fcb&state=xyz'

type Headers = Readonly<Record<string, string>>

/** No redirect is followed and no cookie kept: as a script asks. */
const ask = (endpoint: string, headers: Headers = {}) => fetch(`${endpoint}${query}`, { headers, redirect: 'manual' })

const register = (endpoint: string, headers: Headers = {}) =>
  fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ redirect_uris: ['https://app.example/cb'] }),
  })

describe('the implicit grant without the right credentials (RFC 6749 §4.2, R1.07)', () => {
  const server = serveSuite(serve)
  const get = (headers?: Headers) => ask(`${server.url}/authorize`, headers)

  it('challenges, and after too many wrong passwords makes wait', async () => {
    const answers = [await get(), await get(basic('joe', 'wrong')), await get(basic('nobody', 'wrong'))]
    for (const { status, headers } of answers) {
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Basic realm="default", charset="UTF-8"'])
      expect(headers.getSetCookie()).toEqual([])
    }
    await get(basic('JOE', 'wrong'))
    await get(basic('joe', 'wrong'))
    const throttled = await get(basic('joe', '2Federate'))
    expect(throttled.status).toBe(429)
    expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('leads to no registration', async () => {
    const endpoint = `${server.url}/register`
    expect((await register(endpoint)).status).toBe(401)
    expect((await register(endpoint, { authorization: 'Bearer made-up' })).status).toBe(401)
  })
})

describe('the implicit grant with the right credentials (RFC 6749 §4.2, R1.07)', () => {
  const server = serveSuite(serve)

  it.each([
    ['/authorize', '/register'],
    ['/as/authorization.oauth2', '/as/clients.oauth2'],
  ])('gives an initial access token in one step at %s, which registers a client at %s', async (authorize, registration) => {
    const { url } = server
    const { status, headers } = await ask(`${url}${authorize}`, basic('joe', '2Federate'))
    expect(status).toBe(302)
    const location = new URL(headers.get('location') ?? '')
    expect(`${location.origin}${location.pathname}${location.search}`).toBe('https://localhost/cb')
    const { access_token = '', ...rest } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
    expect(rest).toEqual({
      token_type: 'Bearer',
      expires_in: expect.stringMatching(/^[1-9]\d*$/),
      scope: 'DynamicClientRegistration',
      state: 'xyz',
      iss: url,
    })
    const registered = await register(`${url}${registration}`, { authorization: `Bearer ${access_token}` })
    expect(registered.status).toBe(201)
    expect(await registered.json()).toMatchObject({ client_id: expect.any(String), redirect_uris: ['https://app.example/cb'] })
  })
})
