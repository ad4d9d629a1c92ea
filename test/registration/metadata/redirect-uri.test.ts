import { describe, expect, it } from 'vitest'
import {
  checkRedirectUri,
  isLoopbackRedirect,
  isPrivateSchemeRedirect,
  redirectHosts,
} from '../../../src/registration/metadata/index.ts'
import { quickstartRealm } from '../../support/realm.ts'
import { admit, realmWithRedirects, refusalOf } from './admit.ts'

const strict = realmWithRedirects({ undottedSchemes: [], webAllowsLoopback: false })
const web = { applicationType: 'web', usesImplicit: false, realm: strict }
const native = { applicationType: 'native', usesImplicit: false, realm: strict }

/** The vectors of rfc7591.md §6, and what hygiene adds to them: admissible for a web client, for a native one. */
const vectors: readonly (readonly [uri: string, web: boolean, native: boolean])[] = [
  ['https://app.example/cb', true, true],
  ['https://app.example', true, true],
  ['https://app.example/cb?t=1&u=a%20b', true, true],
  ['https://app.example:8443/cb', true, true],
  ['https://app.example:443/cb', true, true],
  ['https://xn--pp-8ja.example/cb', true, true],
  ['https://169.254.169.254/cb', true, true],
  ['https://[2001:db8::1]/cb', true, true],
  ['http://app.example/cb', false, false],
  ['http://10.0.0.1/cb', false, false],
  ['http://localhost:3000/cb', false, true],
  ['http://localhost/callback', false, true],
  ['http://127.0.0.1/cb', false, true],
  ['http://127.0.0.1', false, true],
  ['http://127.0.0.1:49152/cb', false, true],
  ['http://[::1]:1/cb', false, true],
  ['https://localhost/cb', false, false],
  ['https://127.0.0.1/cb', false, false],
  ['http://127.0.0.2/cb', false, false],
  ['http://0.0.0.0/cb', false, false],
  ['http://localhost.evil.example/cb', false, false],
  ['http://127.0.0.1.evil.example/cb', false, false],
  ['http://2130706433/cb', false, false],
  ['http://0x7f.1/cb', false, false],
  ['http://0177.0.0.1/cb', false, false],
  ['http://127.1/cb', false, false],
  ['http://localhost./cb', false, false],
  ['http://[::ffff:127.0.0.1]/cb', false, false],
  ['http://[0:0:0:0:0:0:0:1]/cb', false, false],
  ['http://[::1%25eth0]/cb', false, false],
  ['https://2130706433/cb', false, false],
  ['com.example.app:/cb', false, true],
  ['com.example.app://cb', false, true],
  ['com.example.app:/cb/../x', false, false],
  ['com.example.app:cb', false, false],
  ['com.example.app:', false, false],
  ['com.example.app://user@cb', false, false],
  ['app.example:443/cb', false, false],
  ['cursor://vendor.app/cb', false, false],
  ['myapp:/cb', false, false],
  ['localhost:3000/cb', false, false],
  ['urn:ietf:wg:oauth:2.0:oob', false, false],
  ['javascript:alert(1)//', false, false],
  ['JaVaScRiPt:alert(1)', false, false],
  ['java\tscript:alert(1)', false, false],
  [' javascript:alert(1)', false, false],
  ['\u0001javascript:alert(1)', false, false],
  ['data:text/html,x', false, false],
  ['vbscript:x', false, false],
  ['blob:https://app.example/x', false, false],
  ['file:///etc/passwd', false, false],
  ['filesystem:https://app.example/x', false, false],
  ['about:blank', false, false],
  ['view-source:https://app.example', false, false],
  ['ws://app.example/cb', false, false],
  ['wss://app.example/cb', false, false],
  ['ftp://app.example/cb', false, false],
  ['mailto:a@app.example', false, false],
  ['tel:+123', false, false],
  ['https://user:pw@app.example/cb', false, false],
  ['https://user@app.example/cb', false, false],
  ['https://@app.example/cb', false, false],
  ['https://app.example/cb#f', false, false],
  ['https://app.example/cb#', false, false],
  ['com.example.app:/cb#', false, false],
  ['https://app.example/../cb', false, false],
  ['https://app.example/./cb', false, false],
  ['https://app.example/%2e%2e/cb', false, false],
  ['https://app.example/.%2E/cb', false, false],
  ['https://app.example/..', false, false],
  ['https://app.example\\@evil.example/cb', false, false],
  ['https:\\\\app.example/cb', false, false],
  ['https://*.example/cb', false, false],
  ['https://app.example/*', false, false],
  ['https://app.example/cb?x=*', false, false],
  ['https://\u0430pp.example/cb', false, false],
  ['https://app.example/\u00e9', false, false],
  ['https://app\u3002example/cb', false, false],
  ['https://xn--a/cb', false, false],
  [' https://app.example/cb', false, false],
  ['https://app.example/cb ', false, false],
  ['https://app.example/cb\n', false, false],
  ['https://app.example/a b', false, false],
  ['https://app.example/cb\r\nSet-Cookie:x', false, false],
  ['https://app.example/%0d%0aSet-Cookie:x', false, false],
  ['https://app.example/%zz', false, false],
  ['https://app.example/%', false, false],
  ['https://%61pp.example/cb', false, false],
  ['https:///cb', false, false],
  ['https://', false, false],
  ['https:app.example/cb', false, false],
  ['https:/app.example/cb', false, false],
  ['https://app..example/cb', false, false],
  ['https://app.example./cb', false, false],
  ['https://app.example:/cb', false, false],
  ['https://app.example:0/cb', false, false],
  ['https://app.example:0443/cb', false, false],
  ['https://app.example:99999/cb', false, false],
  ['https://app.example:80:80/cb', false, false],
  ['https://app.example/<script>', false, false],
  ['https://app.example/"x', false, false],
  ['https://app.example/[x]', false, false],
  ['/cb', false, false],
  ['//c.example/cb', false, false],
  ['cb', false, false],
  [`https://app.example/${'a'.repeat(2048)}`, false, false],
]

describe('a redirect URI', () => {
  for (const [uri, isForWeb, isForNative] of vectors) {
    it(`${JSON.stringify(uri.slice(0, 60))} is ${isForWeb ? '' : 'not '}for web and ${isForNative ? '' : 'not '}for native clients (DCR-RU-02)`, () => {
      expect(checkRedirectUri(uri, web) === undefined).toBe(isForWeb)
      expect(checkRedirectUri(uri, native) === undefined).toBe(isForNative)
    })
  }

  it('with an undotted scheme is accepted where the operator lists the scheme (DCR-RU-10)', () => {
    expect(checkRedirectUri('cursor://vendor.app/cb', { ...native, realm: quickstartRealm() })).toBeUndefined()
  })

  it('with a forbidden scheme is refused even where the operator lists the scheme (DCR-RU-08)', () => {
    const realm = realmWithRedirects({ undottedSchemes: ['javascript'] })
    expect(checkRedirectUri('javascript:/alert(1)', { ...native, realm })).toContain('javascript')
  })

  it('with https is refused for a native client where only loopback and private schemes are wanted (OIDR-AT-05)', () => {
    const realm = realmWithRedirects({ nativeAllowsHttps: false })
    expect(checkRedirectUri('https://app.example/cb', { ...native, realm })).toContain('private-use scheme')
    expect(checkRedirectUri('http://127.0.0.1/cb', { ...native, realm })).toBeUndefined()
  })

  it('on loopback is accepted for a web client where the realm allows it, and not with the implicit grant (OIDR-AT-02)', () => {
    const lenient = { ...web, realm: realmWithRedirects({ webAllowsLoopback: true }) }
    expect(checkRedirectUri('http://localhost:3000/cb', lenient)).toBeUndefined()
    expect(checkRedirectUri('https://localhost/cb', lenient)).toBeUndefined()
    expect(checkRedirectUri('https://localhost/cb', { ...lenient, usesImplicit: true })).toContain('implicit')
    expect(checkRedirectUri('http://app.example/cb', { ...lenient, usesImplicit: true })).toContain('https')
    const tokenAlone = { ...lenient, usesImplicit: true, usesTokenAlone: true }
    expect(checkRedirectUri('http://localhost/cb', tokenAlone)).toContain('implicit')
    expect(checkRedirectUri('https://localhost/cb', tokenAlone)).toBeUndefined()
    expect(checkRedirectUri('https://localhost/cb', { ...web, usesImplicit: true, usesTokenAlone: true })).toContain('loopback')
  })

  it('cannot point at the host of the issuer, on any port (SEC-RU-07)', () => {
    const realm = quickstartRealm({ issuer: 'https://as.example/realms/bank' })
    for (const uri of ['https://as.example/cb', 'https://AS.example/cb', 'https://as.example:8443/cb']) {
      expect(checkRedirectUri(uri, { ...web, realm })).toContain('this server')
    }
    expect(checkRedirectUri('https://app.as.example/cb', { ...web, realm })).toBeUndefined()
  })

  it('of a development server on loopback is told apart by its port (SEC-RU-07)', () => {
    expect(checkRedirectUri('http://127.0.0.1:4400/cb', native)).toContain('this server')
    expect(checkRedirectUri('http://localhost:4401/cb', native)).toBeUndefined()
  })
})

describe('a list of redirect URIs', () => {
  const mixed = ['https://app.example/cb', 'http://127.0.0.1:33418/', 'com.example.app:/cb']

  it('is refused as a whole when a single one breaks the application type (OIDR-AT-01)', () => {
    const refusal = refusalOf({ redirect_uris: ['https://app.example/cb', 'http://app.example/cb'], application_type: 'web' })
    expect(refusal.code).toBe('invalid_redirect_uri')
    expect(refusal.message).toContain('http://app.example/cb')
  })

  it('makes a client without a type native when one of them is on loopback or private (OIDR-AT-10)', () => {
    expect(admit({ redirect_uris: mixed })).toMatchObject({ application_type: 'native', redirect_uris: mixed })
  })

  it('makes nobody native where the realm does not infer it (OIDR-AT-10)', () => {
    const realm = realmWithRedirects({ inferNative: false, webAllowsLoopback: false })
    expect(refusalOf({ redirect_uris: ['http://127.0.0.1/cb'] }, { realm }).code).toBe('invalid_redirect_uri')
  })

  it('keeps its order, its bytes and its duplicates (DCR-RU-07, DCR-RU-12)', () => {
    const uris = ['https://App.example', 'https://app.example/%7Ea', 'https://App.example']
    expect(admit({ redirect_uris: uris }).redirect_uris).toEqual(uris)
  })

  it('must not be missing or empty when people are redirected (DCR-RU-01)', () => {
    expect(refusalOf({}).code).toBe('invalid_redirect_uri')
    expect(refusalOf({ redirect_uris: [] }).code).toBe('invalid_redirect_uri')
  })

  it('is kept for a client that redirects nobody, and checked all the same', () => {
    const machine = { grant_types: ['client_credentials'] }
    expect(admit({ ...machine, redirect_uris: ['https://tmp.example'] }).redirect_uris).toEqual(['https://tmp.example'])
    expect(refusalOf({ ...machine, redirect_uris: ['javascript:alert(1)'] }).code).toBe('invalid_redirect_uri')
  })
})

describe('what is known of a redirect URI', () => {
  it('is loopback for plain http on the three local hosts only (SEC-RU-09)', () => {
    const loopback = [
      'http://localhost/cb',
      'http://127.0.0.1:1/',
      'http://[::1]/',
      'https://localhost/cb',
      'http://localhost.example/',
    ]
    expect(loopback.map(isLoopbackRedirect)).toEqual([true, true, true, false, false])
  })

  it('is a private scheme when it is neither of the web nor forbidden', () => {
    const schemes = ['com.example.app:/cb', 'cursor://x/cb', 'https://app.example', 'javascript:x', 'not a uri']
    expect(schemes.map(isPrivateSchemeRedirect)).toEqual([true, true, false, false, false])
  })

  it('is a host, each once and in lower case, for web redirects', () => {
    expect(
      redirectHosts({ redirect_uris: ['https://A.example/1', 'https://a.example/2', 'http://[::1]:1/', 'com.example:/x'] }),
    ).toEqual(['a.example', '[::1]'])
  })
})
