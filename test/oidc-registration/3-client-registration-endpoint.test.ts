import { describe, expect, it } from 'vitest'
import { withSettings } from '../support/change-realm.ts'
import { read, redirectUri, register, registered, update } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]

describe('OpenID Connect Registration §3, client registration', () => {
  const server = serveSuite()

  it('never replaces redirect URIs: all as they were sent, or none (OIDR-EP-04)', async () => {
    const mixed = { redirect_uris: ['https://app.example/cb', 'javascript:alert(1)'] }
    expect(await register(server, mixed)).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } })
    const unusual = ['https://app.example', 'https://app.example/%7Euser?b=2&a=1', 'https://app.example/a%2Fb']
    expect((await register(server, { redirect_uris: unusual })).body['redirect_uris']).toEqual(unusual)
  })

  it('answers with the values that it put in place of others (OIDR-EP-05)', async () => {
    const { body } = await register(server, {
      redirect_uris,
      scope: 'openid unheard-of',
      grant_types: ['authorization_code', 'urn:example:grant'],
    })
    expect(body).toMatchObject({ scope: 'openid', grant_types: ['authorization_code'] })
  })

  it('ignores what it does not understand (OIDR-EP-06)', async () => {
    const { status, body } = await register(server, { redirect_uris, userinfo_flavour: 'vanilla', a: { b: null } })
    expect(status).toBe(201)
    expect(body).not.toHaveProperty('userinfo_flavour')
  })

  it('shares neither identifier nor secret between equal clients (OIDR-EP-07, OIDR-EP-08)', async () => {
    const [a, b] = [await registered(server), await registered(server)]
    expect(a.client_id).not.toBe(b.client_id)
    expect(a.client_secret).not.toBe(b.client_secret)
    expect(a.registration_access_token).not.toBe(b.registration_access_token)
  })

  it('keeps code points as they are, and unescapes JSON before it compares (OIDR-EP-17)', async () => {
    const composed = 'Caf\u00E9'
    const decomposed = 'Cafe\u0301'
    for (const client_name of [composed, decomposed]) {
      const client = await registered(server, { redirect_uris, client_name })
      expect((await read(client)).body['client_name']).toBe(client_name)
    }
    const escaped = await register(server, '{"redirect\\u005furis":["https://app.example/\\u0063b"]}')
    expect(escaped).toMatchObject({ status: 201, body: { redirect_uris } })
    const twice = await register(server, '{"redirect\\u005furis":["https://a.example/"],"redirect_uris":["https://b.example/"]}')
    expect(twice.status).toBe(400)
  })

  it('stores nothing of a registration that fails, and changes nothing by an update that does (OIDR-EP-18)', async () => {
    const names = async () => await (await server.admin('GET', '/realms/default/clients?limit=100')).text()
    expect(await register(server, { redirect_uris, client_name: 'Never there', jwks_uri: 'http://app.example/' })).toMatchObject({
      status: 400,
    })
    expect(await names()).not.toContain('Never there')
    const client = await registered(server, { redirect_uris, client_name: 'Stays' })
    const failed = await update(client, { client_id: client.client_id, client_name: 'Changed', redirect_uris: ['nonsense'] })
    expect(failed).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } })
    expect((await read(client)).body).toMatchObject({ client_name: 'Stays', redirect_uris })
  })
})

describe('OpenID Connect Registration §3 behind a proxy that ends TLS', () => {
  const publicUrl = 'https://as.example'
  const server = serveSuite({
    change: (configuration) => ({
      ...configuration,
      publicUrl,
      realms: configuration.realms.map((realm) => ({ ...realm, base: { ...realm.base, issuer: publicUrl } })),
    }),
  })

  it('gives an https address of the client configuration endpoint, whatever Host says (OIDR-EP-09, DCR-EP-04, OIDR-EP-19)', async () => {
    const url = `http://localhost:${server.configuration.listen.public.port}`
    const { status, body } = await register({ url }, { redirect_uris }, { 'x-forwarded-host': 'evil.example' })
    expect(status).toBe(201)
    expect(body['registration_client_uri']).toBe(`${publicUrl}/register/${String(body['client_id'])}`)
    expect(body['registration_access_token']).toEqual(expect.any(String))
  })
})

describe('OpenID Connect Registration §3 with an initial access token', () => {
  const server = serveSuite({ change: withSettings({ initialAccessTokenRequired: true }) })

  it('takes the token as bearer (OIDR-EP-02)', async () => {
    const created = await server.admin('POST', '/realms/default/initial-access-tokens', {})
    const { value = '' } = (await created.json()) as Record<string, string>
    const answer = await register(server, { redirect_uris }, { authorization: `Bearer ${value}` })
    expect(answer).toMatchObject({ status: 201 })
    expect(await register(server, { redirect_uris })).toMatchObject({ status: 401 })
  })
})
