import { describe, expect, it } from 'vitest'
import { authorizationUrl } from '../support/flows.ts'
import { register, registered, registeredPublic } from '../support/registration-client.ts'
import { createBrowser } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'

const refusedFromEverybody = [
  'http://app.example/cb',
  'http://10.0.0.1/cb',
  'http://127.0.0.2/cb',
  'http://0.0.0.0/cb',
  'http://localhost.evil.example/cb',
  'http://127.0.0.1.evil.example/cb',
  'http://2130706433/cb',
  'http://0x7f.1/cb',
  'urn:ietf:wg:oauth:2.0:oob',
  'https://user:pw@app.example/cb',
  'https://app.example/../cb',
  'https://app.example/%2e%2e/cb',
  'https://app.example\\@evil.example/cb',
  'https://*.example/cb',
  'https://\u0430pp.example/cb',
  ' https://app.example/cb',
  'https://app.example/cb\n',
  'https://app.example/%zz',
]

const schemes = [
  'javascript',
  'JaVaScRiPt',
  'data',
  'vbscript',
  'blob',
  'file',
  'filesystem',
  'about',
  'view-source',
  'ws',
  'wss',
  'ftp',
  'mailto',
  'tel',
]

describe('RFC 7591 §5, redirect URIs', () => {
  const server = serveSuite()
  const asking = (uri: string, type = 'web') => ({
    redirect_uris: [uri],
    token_endpoint_auth_method: 'none',
    application_type: type,
  })
  const refused = { status: 400, body: { error: 'invalid_redirect_uri' } }

  it.each([undefined, [], null])(
    'refuses a client of the code flow with the redirect URIs %j (DCR-RU-01)',
    async (redirect_uris) => {
      const answer = await register(server, { redirect_uris, grant_types: ['authorization_code'] })
      expect(answer).toMatchObject(refused)
    },
  )

  it.each(refusedFromEverybody)('refuses %j, whatever the application (DCR-RU-02, DCR-RU-09)', async (uri) => {
    expect(await register(server, asking(uri, 'web'))).toMatchObject(refused)
    expect(await register(server, asking(uri, 'native'))).toMatchObject(refused)
  })

  it.each(['https://c.example/cb#x', 'https://c.example/cb#', 'com.example.app:/cb#x'])(
    'refuses the fragment of %s (DCR-RU-03)',
    async (uri) => {
      expect(await register(server, asking(uri, 'native'))).toMatchObject(refused)
    },
  )

  it.each(['/cb', '//c.example/cb', 'cb', 'c.example/cb', '?code', ''])(
    'refuses %j, which is not absolute (DCR-RU-04)',
    async (uri) => {
      expect(await register(server, asking(uri))).toMatchObject(refused)
    },
  )

  it.each(schemes)('refuses the scheme %s (DCR-RU-08)', async (scheme) => {
    expect(await register(server, asking(`${scheme}:alert(1)//`, 'native'))).toMatchObject(refused)
    expect(await register(server, asking(` ${scheme}:alert(1)//`, 'native'))).toMatchObject(refused)
  })

  it.each([
    ['https://app.example/cb', 'web'],
    ['https://app.example', 'web'],
    ['https://APP.example:443/cb', 'web'],
    ['http://localhost:3000/cb', 'native'],
    ['http://127.0.0.1/cb', 'native'],
    ['http://[::1]:1/cb', 'native'],
    ['com.example.app:/cb', 'native'],
    ['com.example.app://cb', 'native'],
    ['https://app.example/cb?t=1&t=2', 'web'],
  ])(
    'accepts %s of a %s application, or refuses it, but never rewrites it (DCR-RU-02, DCR-RU-07, OIDR-EP-04)',
    async (uri, type) => {
      const { status, body } = await register(server, asking(uri, type))
      // A host in capitals reads differently in a browser's address bar, and may be refused for that.
      if (uri.includes('APP')) expect([201, 400]).toContain(status)
      else expect(status).toBe(201)
      if (status === 201) expect(body['redirect_uris']).toEqual([uri])
    },
  )

  it('refuses a private-use scheme without a period that it does not know (DCR-RU-10)', async () => {
    expect(await register(server, asking('myapp://cb', 'native'))).toMatchObject(refused)
    expect(await register(server, asking('cursor://anysphere.cursor-retrieval/oauth', 'native'))).toMatchObject({ status: 201 })
  })

  it('keeps order and duplicates harmless (DCR-RU-12, OIDR-EP-04)', async () => {
    const redirect_uris = ['https://b.example/cb', 'https://a.example/cb', 'https://b.example/cb']
    const { status, body } = await register(server, { redirect_uris })
    expect(status).toBe(201)
    expect([...new Set(body['redirect_uris'] as string[])]).toEqual(['https://b.example/cb', 'https://a.example/cb'])
  })

  it('keeps the query of a redirect URI, and compares it (DCR-RU-05, OIDR-CF-04)', async () => {
    const client = await registeredPublic(server, { redirect_uris: ['https://c.example/cb?a=1'] })
    const back = await createBrowser(server).authorize(authorizationUrl(server, client))
    expect(back.href).toMatch(/^https:\/\/c\.example\/cb\?a=1&/)
    expect(back.searchParams.get('code')).toEqual(expect.any(String))
    for (const redirect_uri of ['https://c.example/cb?a=2', 'https://c.example/cb', 'https://c.example/cb?a=1&b=2']) {
      const page = await createBrowser(server).visit(authorizationUrl(server, client, { redirect_uri }))
      expect({ redirect_uri, location: page.location, status: page.status }).toEqual({
        redirect_uri,
        location: undefined,
        status: 400,
      })
    }
  })

  it.each([
    'https://C.example/cb',
    'https://c.example/CB',
    'https://c.example/cb/',
    'https://c.example:443/cb',
    'https://c.example/c%62',
    'https://c.example/cb/more',
    'https://c.example:8443/cb',
    'http://c.example/cb',
  ])(
    'follows no redirect to %s, which only resembles the registered one (DCR-RU-06, OIDR-MD-01, OIDR-EFF-04)',
    async (redirect_uri) => {
      const client = await registered(server, { redirect_uris: ['https://c.example/cb'] })
      const page = await createBrowser(server).visit(authorizationUrl(server, client, { redirect_uri }))
      expect(page.location).toBeUndefined()
      expect(page.status).toBe(400)
    },
  )
})
