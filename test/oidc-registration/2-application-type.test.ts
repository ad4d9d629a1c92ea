import { describe, expect, it } from 'vitest'
import { changingRealm } from '../support/change-realm.ts'
import { authorizationUrl } from '../support/flows.ts'
import { register, registeredPublic } from '../support/registration-client.ts'
import { createBrowser } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'

const refused = { status: 400, body: { error: 'invalid_redirect_uri' } }

describe('OpenID Connect Registration §2, application_type', () => {
  const server = serveSuite()

  it('judges every redirect URI, not only the first (OIDR-AT-01)', async () => {
    const redirect_uris = ['https://app.example/cb', 'http://app.example/cb']
    expect(await register(server, { redirect_uris, application_type: 'web' })).toMatchObject(refused)
    const native = ['http://localhost/cb', 'http://app.example/cb']
    expect(await register(server, { redirect_uris: native, application_type: 'native' })).toMatchObject(refused)
  })

  it.each(['http://app.example/cb', 'com.example.app:/cb'])('refuses %s to a web client (OIDR-AT-03)', async (uri) => {
    expect(await register(server, { redirect_uris: [uri], application_type: 'web' })).toMatchObject(refused)
  })

  it.each(['http://10.0.0.1/cb', 'http://app.example/cb', 'http://192.168.1.1:8080/cb', 'http://[::2]/cb'])(
    'refuses %s to a native client (OIDR-AT-04)',
    async (uri) => {
      expect(await register(server, { redirect_uris: [uri], application_type: 'native' })).toMatchObject(refused)
    },
  )

  it.each(['com.example.app:/cb', 'http://localhost/cb', 'http://127.0.0.1:8080/cb', 'http://[::1]/cb'])(
    'accepts %s from a native client (OIDR-AT-04)',
    async (uri) => {
      expect(await register(server, { redirect_uris: [uri], application_type: 'native' })).toMatchObject({ status: 201 })
    },
  )

  it('accepts claimed https addresses of native clients where that is allowed (OIDR-AT-05)', async () => {
    const redirect_uris = ['https://app.example/cb', 'http://127.0.0.1/cb']
    expect(await register(server, { redirect_uris, application_type: 'native' })).toMatchObject({ status: 201 })
  })

  it('infers a native client, and says so (OIDR-AT-10)', async () => {
    expect((await register(server, { redirect_uris: ['http://localhost:3000/cb'] })).body['application_type']).toBe('native')
    expect((await register(server, { redirect_uris: ['https://app.example/cb'] })).body['application_type']).toBe('web')
  })

  it('refuses types that the standard does not know (OIDR-AT-09, OIDR-MD-04)', async () => {
    const answer = await register(server, { redirect_uris: ['https://app.example/cb'], application_type: 'mobile' })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
  })

  it.each(['127.0.0.1', 'localhost', '[::1]'])(
    'lets a native client choose its port on %s when it asks (OIDR-AT-07, OIDR-AT-08, DCR-RU-06)',
    async (host) => {
      const client = await registeredPublic(server, { redirect_uris: [`http://${host}/cb`], application_type: 'native' })
      const back = await createBrowser(server).authorize(
        authorizationUrl(server, client, { redirect_uri: `http://${host}:51000/cb` }),
      )
      expect(back.href).toMatch(`http://${host}:51000/cb?code=`)
      const others = ['127.0.0.1', 'localhost', '[::1]']
        .filter((other) => other !== host)
        .map((other) => `http://${other}:51000/cb`)
      for (const redirect_uri of [...others, `http://${host}:51000/other`, `http://${host}:51000/cb?x=1`, `https://${host}/cb`]) {
        const page = await createBrowser(server).visit(authorizationUrl(server, client, { redirect_uri }))
        expect({ redirect_uri, location: page.location?.href }).toEqual({ redirect_uri, location: undefined })
      }
    },
  )

  it('asks clients with a scheme of their own for PKCE (OIDR-AT-11)', async () => {
    const client = await registeredPublic(server, { redirect_uris: ['com.example.app:/cb'], application_type: 'native' })
    const page = await createBrowser(server).visit(
      authorizationUrl(server, client, { code_challenge: '', code_challenge_method: '' }),
    )
    expect(page.location?.href ?? page.body).toContain('invalid_request')
  })
})

describe('OpenID Connect Registration §2, application_type to the letter', () => {
  const server = serveSuite({
    file: 'test/fixtures/configurations/everything.yaml',
    change: changingRealm((realm) => {
      if (realm.registration === undefined) return realm
      const strict = { nativeAllowsHttps: false, inferNative: false, webAllowsLoopback: false, logoutAllowsLoopback: false }
      const redirectUris = { undottedSchemes: [], ...strict }
      return { ...realm, registration: { ...realm.registration, redirectUris } }
    }),
  })

  it.each(['http://app.example/cb', 'https://localhost/cb', 'http://localhost/cb', 'https://127.0.0.1/cb'])(
    'refuses %s to a web client of the implicit grant (OIDR-AT-02)',
    async (uri) => {
      const metadata = { redirect_uris: [uri], application_type: 'web', response_types: ['id_token'], grant_types: ['implicit'] }
      expect(await register(server, metadata)).toMatchObject(refused)
    },
  )

  it('accepts https from a web client of the implicit grant (OIDR-AT-02)', async () => {
    const metadata = { redirect_uris: ['https://app.example/cb'], response_types: ['id_token'], grant_types: ['implicit'] }
    expect(await register(server, metadata)).toMatchObject({ status: 201 })
  })

  it('refuses https to a native client, and loopback to one that does not say what it is (OIDR-AT-05, OIDR-AT-10)', async () => {
    expect(await register(server, { redirect_uris: ['https://app.example/cb'], application_type: 'native' })).toMatchObject(
      refused,
    )
    expect(await register(server, { redirect_uris: ['http://localhost:3000/cb'] })).toMatchObject(refused)
  })
})
