import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, redeem } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const machine = { grant_types: ['client_credentials'], response_types: [], token_endpoint_auth_method: 'client_secret_basic' }

describe('client credentials', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld()
    const secrets = [{ digest: world.digest('s3cret'), issuedAt: 0, expiresAt: 0 }]
    world.register({ client_id: 'machine', metadata: machine, secrets })
    world.register({ client_id: 'poster', metadata: { ...machine, token_endpoint_auth_method: 'client_secret_post' }, secrets })
    world.register({ client_id: 'asleep', metadata: machine, secrets, state: 'suspended' })
    world.register({ client_id: 'scopeless', metadata: { ...machine, scope: '' }, secrets })
  })
  afterAll(() => world.close())

  const ask = (params: Record<string, string> = {}, headers = basic('machine', 's3cret')) =>
    redeem(world, { grant_type: 'client_credentials', ...params }, headers)

  it('refuses a wrong secret with invalid_client and a challenge (SEC-CA-05)', async () => {
    const response = await world.post('/token', { grant_type: 'client_credentials' }, basic('machine', 'wrong'))
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('Basic')
    expect(await response.json()).toMatchObject({ error: 'invalid_client' })
  })

  it('refuses the right secret by another method than the registered one (OIDR-EFF-03)', async () => {
    const posted = { client_id: 'machine', client_secret: 's3cret' }
    expect(await redeem(world, { grant_type: 'client_credentials', ...posted })).toMatchObject({
      status: 401,
      error: 'invalid_client',
    })
    expect(await ask({}, basic('poster', 's3cret'))).toMatchObject({ status: 401, error: 'invalid_client' })
    const poster = { client_id: 'poster', client_secret: 's3cret' }
    expect(await redeem(world, { grant_type: 'client_credentials', ...poster })).toMatchObject({ status: 200 })
  })

  it('refuses a suspended client and an unknown one alike (MCP-AUTH-18)', async () => {
    expect(await ask({}, basic('asleep', 's3cret'))).toMatchObject({ status: 401, error: 'invalid_client' })
    expect(await ask({}, basic('nobody', 's3cret'))).toMatchObject({ status: 401, error: 'invalid_client' })
  })

  it('refuses a scope that the client was not registered for (OIDR-EFF-05)', async () => {
    expect(await ask({ scope: 'register' })).toMatchObject({ status: 400, error: 'invalid_scope' })
    expect(await ask({ scope: 'bogus' })).toMatchObject({ status: 400, error: 'invalid_scope' })
  })

  it('gives a client without registered scope none, whatever it asks for', async () => {
    expect(await ask({ scope: 'read' }, basic('scopeless', 's3cret'))).toMatchObject({ status: 400, error: 'invalid_scope' })
    expect((await ask({}, basic('scopeless', 's3cret'))).scope).toBeUndefined()
  })

  it('refuses a grant type that the client was not registered for with unauthorized_client (OIDR-EFF-02)', async () => {
    const refused = await redeem(world, { grant_type: 'refresh_token', refresh_token: 'x' }, basic('machine', 's3cret'))
    expect(refused).toMatchObject({ status: 400, error: 'unauthorized_client' })
  })

  it('refuses a client that does not authenticate (RFC 6749 §4.4)', async () => {
    world.register({ client_id: 'nameless', metadata: { ...machine, token_endpoint_auth_method: 'none' } })
    const refused = await redeem(world, { grant_type: 'client_credentials', client_id: 'nameless' })
    expect(refused).toMatchObject({ status: 400, error: 'unauthorized_client' })
  })

  it('issues an opaque token with the default scope where the request names none', async () => {
    const { access_token, scope, status } = await ask()
    expect({ status, scope }).toEqual({ status: 200, scope: 'read' })
    expect(access_token).toMatch(/^[\w-]{43}$/)
  })

  it('issues a JWT of RFC 9068 for a resource, with exactly its audience (SEC-TK-03)', async () => {
    const { access_token } = await ask({ resource: 'https://API.example/', scope: 'read mcp:tools' })
    const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`))
    const { payload, protectedHeader } = await jwtVerify(access_token, keys, { issuer: world.issuer, typ: 'at+jwt' })
    expect(protectedHeader.alg).toBe('ES256')
    expect(payload).toMatchObject({ aud: 'https://api.example', client_id: 'machine', scope: 'read mcp:tools', sub: 'machine' })
    expect(payload.exp ?? 0).toBeLessThanOrEqual(world.now() + 600)
  })

  it.each(['mcp.example.com', 'https://mcp.example.com#x'])(
    'refuses %s as a resource with invalid_target (MCP-AUTH-07)',
    async (resource) => {
      expect(await ask({ resource })).toMatchObject({ status: 400, error: 'invalid_target' })
    },
  )

  it('refuses an unknown resource where the realm says so', async () => {
    world.change((realm) => ({ ...realm, unknownResources: 'refuse' }))
    expect(await ask({ resource: 'https://mcp.example.com/mcp' })).toMatchObject({ status: 400, error: 'invalid_target' })
    world.change((realm) => ({ ...realm, unknownResources: 'accept' }))
    expect(await ask({ resource: 'https://mcp.example.com/mcp' })).toMatchObject({ status: 200 })
  })

  it('answers no-store, and 405 with Allow for another method', async () => {
    const response = await world.post('/token', { grant_type: 'client_credentials' }, basic('machine', 's3cret'))
    expect(response.headers.get('cache-control')).toBe('no-store')
    const wrong = await fetch(`${world.issuer}/token`)
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
  })
})
