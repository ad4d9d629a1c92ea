import type { FastifyPluginAsync } from 'fastify'
import { describe, expect, it } from 'vitest'
import { resolveTarget } from '../../src/http/request-target.ts'
import { createWorld, realm } from './world.ts'

const root = realm({ issuer: 'https://as.example' })
const acme = realm({ name: 'acme', issuer: 'https://as.example/realms/acme' })
const deep = realm({ name: 'deep', issuer: 'https://as.example/realms/acme/deep' })
const other = realm({ name: 'other', issuer: 'https://other.example' })
const vendor = realm({ name: 'vendor', issuer: 'https://as.example/vendor', dialects: ['simpleidserver'] })
const realms = [root, acme, deep, vendor]

function where(path: string, host = 'as.example', among = realms) {
  const target = resolveTarget(path, host, among)
  return [target.realm?.name, target.path]
}

describe('an address', () => {
  it.each([
    ['/register', 'default', '/register'],
    ['/realms/acme/register', 'acme', '/register'],
    ['/realms/acme/deep/token', 'deep', '/token'],
    ['/realms/acme/.well-known/openid-configuration', 'acme', '/.well-known/openid-configuration'],
    ['/.well-known/openid-configuration', 'default', '/.well-known/openid-configuration'],
    ['/.well-known/openid-configuration/', 'default', '/.well-known/openid-configuration'],
    ['/.well-known/openid-configuration/realms/acme', 'acme', '/.well-known/openid-configuration'],
    ['/.well-known/oauth-authorization-server/realms/acme', 'acme', '/.well-known/oauth-authorization-server'],
    ['/.well-known/oauth-authorization-server/realms/acme/deep', 'deep', '/.well-known/oauth-authorization-server'],
  ])('%s belongs to the realm %s (MCP-DISC-01 to MCP-DISC-04)', (path, name, canonical) => {
    expect(where(path)).toEqual([name, canonical])
  })

  it.each([
    '/.well-known/oauth-authorization-server/nope',
    '/.well-known/openid-configuration/realms',
    '/.well-known/openid-configuration/realms/acme/nope',
    '/.well-known/openid-configuration/realms/acmeX',
  ])('%s is not the document of any realm (MCP-DISC-05)', (path) => {
    expect(where(path)[1]).toBe(path)
  })

  it('of an unknown realm never becomes one of a known realm (MCP-DISC-05)', () => {
    expect(where('/realms/nope/register')).toEqual(['default', '/realms/nope/register'])
    expect(where('/realms/acmeX/register')).toEqual(['default', '/realms/acmeX/register'])
    expect(where('/realms/acme/../register')[1]).not.toBe('/register')
  })

  it('belongs to the only realm of its path whatever Host says, and to the one that Host names where two share it (SEC-TP-03)', () => {
    expect(where('/register', 'evil.example')).toEqual(['default', '/register'])
    expect(where('/register', 'OTHER.example', [root, other])).toEqual(['other', '/register'])
    expect(where('/register', 'as.example', [root, other])).toEqual(['default', '/register'])
    expect(where('/register', 'evil.example', [root, other])).toEqual([undefined, '/register'])
    expect(where('/.well-known/openid-configuration', 'other.example', [root, other])[0]).toBe('other')
  })

  it('belongs to a realm by the name of its host behind another port, unless several have it', () => {
    const [one, two] = [4400, 4500].map((port) => realm({ name: `at-${port}`, issuer: `https://as.example:${port}` }))
    if (one === undefined || two === undefined) throw new Error('there are two')
    expect(where('/register', 'other.example:8443', [root, other])[0]).toBe('other')
    expect(where('/register', 'as.example:4500', [one, two])[0]).toBe('at-4500')
    expect(where('/register', 'as.example:8443', [one, two])[0]).toBeUndefined()
  })

  it('belongs to the realm that is reached there with a certificate (RFC 8705 §5)', () => {
    const bank = realm({ name: 'bank', issuer: 'https://bank.example', mtlsIssuer: 'https://mtls.example/bank' })
    expect(where('/bank/token', 'mtls.example', [root, other, bank])).toEqual(['bank', '/token'])
    expect(where('/token', 'bank.example', [root, other, bank])).toEqual(['bank', '/token'])
  })

  it('is translated where the realm speaks the dialect, and only there', () => {
    const id = 'd371c91b-f48c-4944-ba2e-da3d05d288d3'
    expect(where('/vendor/token_info')).toEqual(['vendor', '/introspect'])
    expect(where('/vendor/introspect')).toEqual(['vendor', '/introspect'])
    expect(where(`/vendor/${id}`)).toEqual(['vendor', `/register/${id}`])
    expect(where('/vendor/token')).toEqual(['vendor', '/token'])
    expect(where('/token_info')).toEqual(['default', '/token_info'])
    expect(where(`/${id}`)).toEqual(['default', `/${id}`])
    expect(resolveTarget('/vendor/register', '', realms).dialect.rules.name).toBe('simpleidserver')
    expect(resolveTarget('/register', '', realms).dialect.rules.name).toBe('standard')
    const both = realm({ dialects: ['standard', 'unheard-of', 'simpleidserver'] })
    expect(resolveTarget('/register', '', [both]).dialect.rules.name).toBe('simpleidserver')
  })
})

describe('an address of a dialect with roots of its own (pingam)', () => {
  const id = 'd371c91b-f48c-4944-ba2e-da3d05d288d3'
  const root = '/am/oauth2/realms/root/realms/alpha'
  const alpha = realm({ name: 'alpha', issuer: `https://as.example${root}`, dialects: ['pingam'] })
  const below = (path: string, method = 'GET', among = [alpha, vendor]) => {
    const [pathname = '', query = ''] = path.split('?')
    const { realm: found, dialect, path: meant, ...rest } = resolveTarget(pathname, 'as.example', among, { method, query })
    return [found?.name, dialect.rules.name, meant, rest.isForAgents, rest.root]
  }

  it.each([
    [`/register?client_id=${id}`, 'GET', `/register/${id}`],
    [`/register?client_id=${id}`, 'PUT', `/register/${id}`],
    [`/register?client_id=${id}`, 'DELETE', `/register/${id}`],
    [`/register?client_id=${id}`, 'OPTIONS', `/register/${id}`],
    [`/register?client_id=${id}`, 'POST', '/register'],
    [`/register?client_id=${id}&client_id=x`, 'GET', '/register'],
    ['/register?client_id=', 'GET', '/register'],
    ['/register?client_id=a%2Fb', 'GET', '/register/a%2Fb'],
    ['/register', 'POST', '/register'],
    ['/access_token', 'POST', '/token'],
    ['/token/revoke', 'POST', '/revoke'],
    ['/connect/jwk_uri', 'GET', '/jwks'],
    ['/connect/endSession', 'GET', '/logout'],
    ['/device/code', 'POST', '/device_authorization'],
    ['/device/user', 'GET', '/device'],
    ['/bc-authorize', 'POST', '/backchannel'],
    ['/introspect', 'POST', '/introspect'],
    ['/.well-known/openid-configuration', 'GET', '/.well-known/openid-configuration'],
  ])('%s by %s means %s, at the issuer and at the short form', (path, method, meant) => {
    expect(below(`${root}${path}`, method)).toEqual(['alpha', 'pingam', meant, undefined, undefined])
    expect(below(`/am/oauth2/alpha${path}`, method)).toEqual(['alpha', 'pingam', meant, undefined, '/am/oauth2/alpha'])
  })

  it('registers an agent at a path of its own', () => {
    expect(below(`${root}/aiagent/register`, 'POST')).toEqual(['alpha', 'pingam', '/register', true, undefined])
  })

  it('leads to a realm whose issuer is elsewhere, and to no realm that does not speak it', () => {
    const elsewhere = realm({ issuer: 'https://as.example', dialects: ['simpleidserver', 'pingfederate', 'pingam'] })
    const at = (path: string, method?: string) => below(path, method, [elsewhere, vendor])
    const [own, short] = ['/am/oauth2/realms/root/realms/default', '/am/oauth2/default']
    expect(at(`${own}/register`, 'POST')).toEqual(['default', 'pingam', '/register', undefined, own])
    expect(at(`${short}/introspect`, 'POST')).toEqual(['default', 'pingam', '/introspect', undefined, short])
    expect(at('/register', 'POST')).toEqual(['default', 'simpleidserver', '/register', undefined, undefined])
    expect(at('/token_info', 'POST')).toEqual(['default', 'simpleidserver', '/introspect', undefined, undefined])
    expect(at('/as/token.oauth2', 'POST')).toEqual(['default', 'pingfederate', '/token', undefined, undefined])
    expect(at('/am/oauth2/vendor/access_token', 'POST')[2]).toBe('/am/oauth2/vendor/access_token')
    expect(where('/.well-known/openid-configuration/am/oauth2/alpha', 'as.example', [alpha])[0]).toBe('alpha')
  })

  it('stands behind the path of the public URL', () => {
    const deep = realm({ name: 'alpha', issuer: `https://as.example/sso${root}`, dialects: ['pingam'] })
    expect(below('/sso/am/oauth2/alpha/access_token', 'POST', [deep])[2]).toBe('/token')
    expect(below('/am/oauth2/alpha/access_token', 'POST', [deep])[0]).toBe(undefined)
  })
})

describe('the public listener', () => {
  it.each([
    '/realms/nope/register',
    '/.well-known/oauth-authorization-server/nope',
    '/.well-known/openid-configuration/nope',
    '/realms/nope/.well-known/openid-configuration',
    '/nothing',
    '/',
    '//register',
    '/constructor',
    '/__proto__',
  ])('answers %s with 404 in JSON, and never hands it to the engine (MCP-DISC-05)', async (url) => {
    await using world = createWorld()
    for (const method of ['GET', 'POST'] as const) {
      const response = await world.app.inject({
        method,
        url,
        payload: method === 'POST' ? '<x/>' : '',
        headers: { 'content-type': 'text/xml' },
      })
      expect(response.statusCode).toBe(404)
      expect(response.json()).toMatchObject({ error: 'not_found' })
    }
    expect(world.handled).toEqual([])
  })

  it('hands all four forms of discovery to the engine as the same request (MCP-DISC-01 to MCP-DISC-04)', async () => {
    await using world = createWorld()
    for (const document of ['openid-configuration', 'oauth-authorization-server']) {
      const appended = await world.app.inject({ url: `/realms/acme/.well-known/${document}` })
      const inserted = await world.app.inject({
        url: `/.well-known/${document}/realms/acme`,
        headers: { 'mcp-protocol-version': '2025-03-26' },
      })
      expect(inserted.rawPayload.equals(appended.rawPayload)).toBe(true)
      expect(appended.json()).toEqual({ realm: 'acme', url: `/.well-known/${document}` })
    }
  })

  it('hands over the address relative to the issuer, keeps the original one, and leaves the query alone', async () => {
    await using world = createWorld({ realms: [root, vendor] })
    await world.app.inject({ url: '/vendor/authorization?state=a%2Fb&x=?' })
    expect(world.handled[0]).toMatchObject({
      realm: 'vendor',
      url: '/authorize?state=a%2Fb&x=?',
      originalUrl: '/vendor/authorization?state=a%2Fb&x=?',
      alias: 'https://as.example/vendor/authorization',
    })
    await world.app.inject({ url: '/vendor/authorize/uid-1' })
    expect(world.handled[1]).toMatchObject({ url: '/authorize/uid-1', alias: undefined })
  })

  it('tells the engine which address was called at a root that is not the issuer', async () => {
    const alpha = realm({ name: 'alpha', issuer: 'https://as.example/am/oauth2/realms/root/realms/alpha', dialects: ['pingam'] })
    await using world = createWorld({ realms: [root, alpha] })
    await world.app.inject({ method: 'POST', url: '/am/oauth2/alpha/access_token' })
    await world.app.inject({ method: 'POST', url: '/am/oauth2/realms/root/realms/alpha/access_token' })
    expect(world.handled).toMatchObject([
      { realm: 'alpha', url: '/token', alias: 'https://as.example/am/oauth2/alpha/access_token' },
      { realm: 'alpha', url: '/token', alias: 'https://as.example/am/oauth2/realms/root/realms/alpha/access_token' },
    ])
  })

  it('answers an endpoint whose feature is off with 404 in JSON', async () => {
    await using world = createWorld({ realms: [realm({ features: { introspection: false } })] })
    const response = await world.app.inject({ method: 'POST', url: '/introspect' })
    expect(response.statusCode).toBe(404)
    expect(response.json()).toMatchObject({ error: 'not_found' })
  })

  it('answers a wrong method at a protocol endpoint with 405, Allow and JSON', async () => {
    await using world = createWorld()
    const response = await world.app.inject({ url: '/token' })
    expect(response.statusCode).toBe(405)
    expect(response.headers['allow']).toBe('POST, OPTIONS')
    expect(response.json()).toMatchObject({ error: 'method_not_allowed' })
    expect((await world.app.inject({ method: 'DELETE', url: '/authorize' })).headers['allow']).toBe('GET, HEAD, POST')
  })

  it('gives the pages their realm', async () => {
    await using world = createWorld()
    expect((await world.app.inject({ url: '/interaction/1' })).body).toBe('default')
    expect((await world.app.inject({ url: '/realms/acme/interaction/1' })).body).toBe('acme')
    expect((await world.app.inject({ url: '/realms/nope/interaction/1' })).statusCode).toBe(404)
  })

  it('answers for an issuer that is none before the pages can', async () => {
    const interactionPlugin: FastifyPluginAsync = async (app) => {
      app.setErrorHandler((_error, _request, reply) => reply.code(500).send('page'))
      app.get('/interaction/:uid', async () => 'page')
    }
    await using world = createWorld({ realms: [acme], ports: { interactionPlugin } })
    const response = await world.app.inject({ url: '/interaction/1' })
    expect(response.statusCode).toBe(404)
    expect(response.json()).toMatchObject({ error: 'not_found' })
  })

  it('tells its health beside every realm', async () => {
    await using world = createWorld({ realms: [acme], ports: { health: async () => [{ name: 'database', ok: false }] } })
    expect((await world.app.inject({ url: '/health/live' })).statusCode).toBe(200)
    const ready = await world.app.inject({ url: '/health/ready' })
    expect(ready.statusCode).toBe(503)
    expect(ready.json()).toEqual({ status: 'unavailable', checks: [{ name: 'database', ok: false }] })
  })
})
