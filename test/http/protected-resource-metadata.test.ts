import { describe, expect, it } from 'vitest'
import type { ProtectedResource } from '../../src/registration/index.ts'
import { createWorld, realm } from './world.ts'

const wellKnown = '/.well-known/oauth-protected-resource'
const host = 'as.example'

function resource(identifier: string, more: Partial<ProtectedResource> = {}): ProtectedResource {
  const id = new URL(identifier).pathname.slice(1).replaceAll('/', '-') || 'root'
  return { id, identifier, scopes: ['mcp:tools'], accessTokenFormat: 'jwt', publishMetadata: true, ...more }
}

function realmWith(issuer: string, ...resources: readonly ProtectedResource[]) {
  const [, name = 'default'] = /\/realms\/(\w+)$/.exec(issuer) ?? []
  return { ...realm({ name, issuer }), resources }
}

async function read(
  path: string,
  realms: readonly ReturnType<typeof realmWith>[],
  headers: Readonly<Record<string, string>> = {},
) {
  await using world = createWorld({ realms })
  const { statusCode, body, headers: answered } = await world.app.inject({ url: path, headers: { host, ...headers } })
  return { status: statusCode, body: JSON.parse(body), headers: answered }
}

describe('the document of a protected resource (RFC 9728)', () => {
  const published = resource('https://as.example/mcp', { scopes: ['mcp:tools', 'offline_access'], name: 'Tools' })
  const silent = { ...resource('https://as.example/silent'), publishMetadata: false }
  const root = realmWith('https://as.example', published, silent)

  it.each([
    `${wellKnown}/nope`,
    `${wellKnown}/mcp/deeper`,
    `${wellKnown}/MCP`,
    `${wellKnown}/silent`,
    wellKnown,
    `${wellKnown}x/mcp`,
    '/protected-resources/nope',
    '/protected-resources/silent',
    `/protected-resources/${encodeURIComponent('../mcp')}`,
  ])('is not there for what is unknown or does not ask for it: %s is 404 and JSON (MCP-DISC-05)', async (path) => {
    const { status, body } = await read(path, [root])
    expect([status, body.error]).toEqual([404, 'not_found'])
  })

  it('stands behind the well-known part, and below the issuer (MCP-PRM-01)', async () => {
    const found = await read(`${wellKnown}/mcp`, [root])
    expect(found).toMatchObject({ status: 200, headers: { 'content-type': expect.stringMatching(/^application\/json/) } })
    expect((await read('/protected-resources/mcp', [root])).body).toEqual(found.body)
    expect((await read(`${wellKnown}/mcp/`, [root])).body).toEqual(found.body)
  })

  it('names the resource exactly, its issuer, and its scopes without offline_access (MCP-PRM-02, MCP-PRM-03)', async () => {
    expect((await read(`${wellKnown}/mcp`, [root])).body).toEqual({
      resource: 'https://as.example/mcp',
      authorization_servers: ['https://as.example'],
      scopes_supported: ['mcp:tools'],
      bearer_methods_supported: ['header'],
      resource_name: 'Tools',
    })
  })

  it('says how its tokens are bound and taken, and where to read about it', async () => {
    const documentation = 'https://docs.example/mcp'
    const tell = async (more: Partial<ProtectedResource>) =>
      (await read(`${wellKnown}/mcp`, [realmWith('https://as.example', resource('https://as.example/mcp', more))])).body
    expect(await tell({ boundTokens: 'dpop', documentation, scopes: [] })).toEqual({
      resource: 'https://as.example/mcp',
      authorization_servers: ['https://as.example'],
      bearer_methods_supported: ['header'],
      resource_documentation: documentation,
      dpop_bound_access_tokens_required: true,
    })
    expect(await tell({ boundTokens: 'certificate', bearerMethods: ['header', 'body'] })).toMatchObject({
      bearer_methods_supported: ['header', 'body'],
      tls_client_certificate_bound_access_tokens: true,
    })
  })

  it('is open to scripts of any origin, and answers GET alone (MCP-DISC-16)', async () => {
    const { headers } = await read(`${wellKnown}/mcp`, [root], { origin: 'https://spa.example' })
    expect(headers).toMatchObject({ 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300' })
    await using world = createWorld({ realms: [root] })
    const preflight = { origin: 'https://spa.example', 'access-control-request-method': 'GET', host }
    const asked = await world.app.inject({ method: 'OPTIONS', url: `${wellKnown}/mcp`, headers: preflight })
    expect([asked.statusCode, asked.headers['access-control-allow-origin']]).toEqual([204, '*'])
    expect((await world.app.inject({ method: 'POST', url: `${wellKnown}/mcp`, headers: { host } })).statusCode).toBe(405)
  })

  it('of an origin is found without a path', async () => {
    const origin = realmWith('https://as.example/realms/acme', resource('https://mcp.example'))
    expect((await read(wellKnown, [origin], { host: 'mcp.example' })).body.resource).toBe('https://mcp.example')
  })

  it('is chosen by Host where resources share a path, and never built from it (SEC-TP-03)', async () => {
    const one = realmWith('https://as.example/realms/one', resource('https://one.example/mcp'))
    const two = realmWith('https://as.example/realms/two', resource('https://two.example/mcp'))
    const at = async (name: string) => (await read(`${wellKnown}/mcp`, [one, two], { host: name })).body
    expect(await at('one.example')).toMatchObject({ resource: 'https://one.example/mcp', authorization_servers: [one.issuer] })
    expect(await at('TWO.example')).toMatchObject({ resource: 'https://two.example/mcp', authorization_servers: [two.issuer] })
    expect(await at('evil.example')).toMatchObject({ error: 'not_found' })
    expect((await read(`${wellKnown}/mcp`, [one], { host: 'evil.example' })).body.resource).toBe('https://one.example/mcp')
  })

  it('of another realm is not below the issuer of this one', async () => {
    const other = realmWith('https://as.example/realms/other', resource('https://mcp.example/theirs'))
    expect((await read('/protected-resources/theirs', [root, other])).status).toBe(404)
    expect((await read('/realms/other/protected-resources/mcp', [root, other])).status).toBe(404)
    expect((await read('/realms/other/protected-resources/theirs', [root, other])).status).toBe(200)
  })

  it('of another realm’s resource is not taken over by naming the same one', async () => {
    const identifier = 'https://as.example/realms/acme/api'
    const owner = realmWith('https://as.example/realms/acme', resource(identifier))
    const path = `${wellKnown}/realms/acme/api`
    for (const issuer of ['https://as.example/realms/evil', 'https://as.example']) {
      const other = realmWith(issuer, resource(identifier))
      expect((await read(path, [other, owner])).body.authorization_servers).toEqual([owner.issuer])
    }
    // Where it stands below neither, nobody's word is taken for it.
    const far = resource('https://mcp.example/mcp')
    const rivals = [realmWith('https://as.example/realms/a', far), realmWith('https://as.example/realms/b', far)]
    expect((await read(`${wellKnown}/mcp`, rivals, { host: 'mcp.example' })).status).toBe(404)
  })
})
