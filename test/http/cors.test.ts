import { describe, expect, it } from 'vitest'
import { createWorld, information } from './world.ts'

const origin = 'https://app.example'
const open = [
  ['POST', '/register'],
  ['GET', `/register/${information().client.client_id}`],
  ['POST', '/token'],
  ['POST', '/introspect'],
  ['POST', '/revoke'],
  ['POST', '/par'],
  ['POST', '/device_authorization'],
  ['GET', '/userinfo'],
  ['GET', '/jwks'],
  ['GET', '/.well-known/openid-configuration'],
  ['GET', '/.well-known/oauth-authorization-server'],
  ['GET', '/.well-known/oauth-authorization-server/realms/acme'],
  ['GET', '/realms/acme/.well-known/openid-configuration'],
] as const
const closed = ['/authorize', '/authorize/abc', '/interaction/abc', '/logout', '/device', '/nothing', '/health/live'] as const

describe('a script of another origin', () => {
  it.each(open)('may call %s %s, without credentials (DCR-EP-11, OIDR-DISC-10, SEC-BB-05, MCP-DISC-16)', async (method, url) => {
    await using world = createWorld()
    const { headers } = await world.app.inject({ method, url, headers: { origin } })
    expect(headers['access-control-allow-origin']).toBe('*')
    expect(headers['access-control-allow-credentials']).toBeUndefined()
    expect(headers['access-control-expose-headers']).toBe('WWW-Authenticate, Retry-After, DPoP-Nonce, X-Request-Id')
  })

  it.each(open)('gets an answer to its preflight of %s %s', async (method, url) => {
    await using world = createWorld()
    const headers = {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type,dpop,mcp-protocol-version',
    }
    const response = await world.app.inject({ method: 'OPTIONS', url, headers })
    expect(response.statusCode).toBe(204)
    expect(response.headers['access-control-allow-origin']).toBe('*')
    expect(response.headers['access-control-allow-methods']).toContain(method)
    expect(response.headers['access-control-allow-headers']).toBe('authorization, content-type, dpop, mcp-protocol-version')
    expect(response.headers['access-control-allow-credentials']).toBeUndefined()
    expect(world.handled).toEqual([])
  })

  it.each(closed)('gets nothing from %s (OIDR-DISC-10)', async (url) => {
    await using world = createWorld()
    const preflight = { origin, 'access-control-request-method': 'GET' }
    const actual = await world.app.inject({ url, headers: { origin } })
    const answer = await world.app.inject({ method: 'OPTIONS', url, headers: preflight })
    for (const { headers } of [actual, answer])
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    expect(answer.statusCode).toBeGreaterThanOrEqual(404)
  })

  it('may read why it was refused', async () => {
    await using world = createWorld()
    const response = await world.app.inject({ url: '/register/x', headers: { origin } })
    expect(response.statusCode).toBe(401)
    expect(response.headers['access-control-allow-origin']).toBe('*')
  })
})

it('tells the methods to OPTIONS without an origin (DCR-EP-03)', async () => {
  await using world = createWorld()
  const response = await world.app.inject({ method: 'OPTIONS', url: '/register' })
  expect(response.statusCode).toBe(204)
  expect(response.headers['allow']).toBe('POST, OPTIONS')
})
