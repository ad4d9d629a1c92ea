import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe('a realm whose clients would not outlive the server', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({
      change: (configuration) => ({
        ...configuration,
        database: 'temporary',
        realms: configuration.realms.map(({ registration: _, ...realm }) => realm),
      }),
    })
  }, 60_000)
  afterAll(() => server.stop())

  const register = () =>
    fetch(`${server.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['https://app.example/cb'] }),
    })

  it('keeps the settings that switch registration on, and has no registration endpoint all the same (R0.03, R0.04)', async () => {
    const path = '/realms/default/registration-settings'
    const { settings } = (await (await server.admin('GET', path)).json()) as { settings: object }
    const saved = await server.admin('PUT', path, { ...settings, enabled: true, initialAccessTokenRequired: false })
    expect(saved.status).toBe(200)
    expect(await (await server.admin('GET', path)).json()).toMatchObject({ settings: { enabled: true } })
    const refused = await register()
    expect([refused.status, refused.headers.get('content-type')]).toEqual([404, expect.stringContaining('application/json')])
    const discovery = await fetch(`${server.url}/.well-known/openid-configuration`)
    expect(await discovery.json()).not.toHaveProperty('registration_endpoint')
  })
})
