import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publicClient } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const paths = [
  '/authorize',
  '/authorize/nothing',
  '/token',
  '/introspect',
  '/revoke',
  '/userinfo',
  '/jwks',
  '/par',
  '/device_authorization',
  '/device',
  '/device/nothing',
  '/backchannel',
  '/logout',
  '/logout/confirm',
  '/logout/success',
  '/nowhere',
  '/%00',
  '/%ff',
  '/..%2f..%2fetc',
]

const queries = [
  '',
  '?client_id=public',
  '?client_id=public&client_id=public',
  '?client_id[]=public',
  '?client_id=%00',
  '?scope=%ff&client_id=public',
  '?client_id=public&redirect_uri=https://app.example/cb&response_type=code&scope=openid&claims={',
  '?id_token_hint=a.b.c',
  '?user_code=%27%22%3C',
  '?client_id=public&redirect_uri=https://app.example/cb&response_type=code&resource=%00&resource[]=x&max_age=-1',
  '?client_id=public&request=eyJhbGciOiJFUzI1NiJ9.e30.AA',
  '?client_id=public&request_uri=urn:ietf:params:oauth:request_uri:x',
  '?client_id=public&response_mode=jwt&response_type=code&redirect_uri=https://app.example/cb',
  '?client_id=__proto__',
  '?client_id=constructor',
]

const bodies = [
  '',
  'client_id=public',
  'client_id=public&client_id=public',
  'grant_type=__proto__&client_id=public',
  '%ff%fe=%00',
  'token=%00&client_id=public',
  'grant_type=authorization_code&code=x&client_id=public&resource=x&resource=y',
  'xsrf=x&logout=yes',
  'user_code=x&xsrf=y',
  'client_assertion=a.b.c&client_assertion_type=x',
  'grant_type=client_credentials&client_id=public&authorization_details={',
  'grant_type=refresh_token&refresh_token=x&client_id=public&scope=%22',
  'token=eyJhbGciOiJFUzI1NiJ9.e30.AA&client_id=public',
]

describe('hostile input', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld()
    world.register(publicClient)
  })
  afterAll(() => world.close())

  const send = (path: string, init: RequestInit = {}) => fetch(`${world.issuer}${path}`, { redirect: 'manual', ...init })

  it.each(paths)('is no fault at GET %s', async (path) => {
    const statuses = await Promise.all(queries.map(async (query) => (await send(`${path}${query}`)).status))
    expect(statuses.filter((status) => status >= 500)).toEqual([])
  })

  it.each(paths)('is no fault at POST %s', async (path) => {
    const types = ['application/x-www-form-urlencoded', 'application/json', 'text/html; charset=nonsense']
    const sent = types.flatMap((type) =>
      bodies.map((body) => send(path, { method: 'POST', body, headers: { 'content-type': type } })),
    )
    const authorizations = ['Basic', 'Basic !', 'Basic cHVibGlj', 'Bearer a b', 'DPoP x', 'Bearer '].map((authorization) =>
      send(path, { method: 'POST', body: 'grant_type=x', headers: { authorization, 'content-type': types[0] ?? '' } }),
    )
    const statuses = (await Promise.all([...sent, ...authorizations])).map(({ status }) => status)
    expect(statuses.filter((status) => status >= 500)).toEqual([])
    expect(world.logged.filter(({ event }) => event === 'server_error')).toEqual([])
  })

  it('refuses a body of a megabyte', async () => {
    const body = `client_id=public&x=${'x'.repeat(1_000_000)}`
    const response = await send('/token', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(response.status).toBe(400)
  })

  it('answers a fault with a number and nothing else', async () => {
    const broken = await openWorld({
      about: () => ({ requestId: 'r-1' }),
      ports: {
        clients: {
          findClient: async () => Promise.reject(new Error('secret detail')),
          recordUse: () => undefined,
          removedBy: async () => undefined,
        },
      },
    })
    const response = await broken.post('/token', { grant_type: 'client_credentials', client_id: 'x' })
    expect([response.status, await response.json()]).toEqual([500, { error: 'server_error', request_id: 'r-1' }])
    const page = await broken.browser().visit(`${broken.issuer}/authorize?client_id=x`)
    expect(page.status).toBe(500)
    expect(page.body).toContain('r-1')
    expect(page.body).not.toContain('secret detail')
    await broken.close()
  })
})
