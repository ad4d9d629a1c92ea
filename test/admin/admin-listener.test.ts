import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AdminPorts } from '../../src/admin/index.ts'
import { createAdminListener } from '../../src/admin/index.ts'
import { aClient, adminToken, adminWorld, now } from './admin-world.ts'

const base = '/admin/v1/realms/default'

function world(changes: Partial<AdminPorts> = {}, metricsWithoutToken = false) {
  const parts = adminWorld(changes)
  const app = createAdminListener(parts.ports, { bodyBytesMax: 65_536, metricsWithoutToken })
  onTestFinished(() => app.close())
  const call = (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object | string,
    headers: Record<string, string> = {},
  ) =>
    app.inject({
      method,
      url,
      headers: {
        authorization: `Bearer ${adminToken}`,
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    })
  return { ...parts, app, call }
}

describe('who may come in', () => {
  it.each([
    [undefined, 'token_required', 'Bearer realm="admin"'],
    ['Basic YWRtaW46YWRtaW4=', 'token_required', 'Bearer realm="admin"'],
    ['Bearer wrong', 'invalid_token', 'Bearer realm="admin", error="invalid_token"'],
  ])('refuses Authorization: %s', async (authorization, code, challenge) => {
    const { app } = world()
    const answer = await app.inject({ url: '/admin/v1/realms', headers: authorization === undefined ? {} : { authorization } })
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['www-authenticate']).toBe(challenge)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.json()).toMatchObject({ status: 401, code, title: 'Not signed in', type: `urn:registrar:problem:${code}` })
  })

  it('refuses a token in the query, where logs would keep it (RFC 6750 §2.3)', async () => {
    const { app } = world()
    expect((await app.inject({ url: `/admin/v1/realms?access_token=${adminToken}` })).statusCode).toBe(401)
  })

  it('does not read the body of a stranger', async () => {
    const { app } = world()
    const answer = await app.inject({
      method: 'PUT',
      url: `${base}/registration-settings`,
      payload: '{'.repeat(1_000_000),
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.statusCode).toBe(401)
  })

  it('keeps metrics for administrators unless the operator says otherwise', async () => {
    const guarded = world()
    expect((await guarded.app.inject('/metrics')).statusCode).toBe(401)
    expect((await guarded.call('GET', '/metrics')).body).toBe('registrar_build_info 1\n')
    expect((await world({}, true).app.inject('/metrics')).statusCode).toBe(200)
  })

  it('tells its health to anybody, without details', async () => {
    const { app } = world({ health: async () => [{ name: 'database', ok: false, detail: 'connect ECONNREFUSED 10.0.0.5' }] })
    const ready = await app.inject('/health/ready')
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'failing', checks: [{ name: 'database', ok: false }] }])
    expect((await app.inject('/health/live')).statusCode).toBe(200)
  })
})

describe('what comes in', () => {
  it.each([
    ['GET', '/admin/v1/nowhere', undefined, 404, 'not_found'],
    ['GET', '/admin/v1/realms/other/clients', undefined, 404, 'realm_not_found'],
    ['GET', `${base}/clients/%00`, undefined, 404, 'not_found'],
    ['GET', `${base}/clients/%zz`, undefined, 400, 'bad_request'],
    ['GET', `${base}/clients/${'x'.repeat(3000)}`, undefined, 414, 'path_too_long'],
    ['GET', `${base}/clients?limit=0`, undefined, 400, 'invalid_request'],
    ['GET', `${base}/clients?limit=1e9`, undefined, 400, 'invalid_request'],
    ['GET', `${base}/clients?state=asleep`, undefined, 400, 'invalid_request'],
    ['GET', `${base}/clients?name=%00`, undefined, 400, 'invalid_request'],
    ['GET', `${base}/clients?name=a&name=b`, undefined, 400, 'invalid_request'],
    ['GET', `${base}/clients?unknown=1`, undefined, 400, 'invalid_request'],
    ['PATCH', `${base}/clients`, {}, 405, 'method_not_allowed'],
    ['POST', `${base}/initial-access-tokens`, '{"usesMax":', 400, 'bad_request'],
    ['POST', `${base}/initial-access-tokens`, '{"__proto__":{"usesMax":1}}', 400, 'bad_request'],
    ['POST', `${base}/initial-access-tokens`, '[]', 400, 'invalid_request'],
    ['POST', `${base}/initial-access-tokens`, '"text"', 400, 'invalid_request'],
    ['POST', `${base}/initial-access-tokens`, '{"locked":{"client_name":"\\u0000"}}', 400, 'invalid_request'],
    ['POST', `${base}/initial-access-tokens`, '{"locked":{"client_name":"\\ud800"}}', 400, 'invalid_request'],
    ['POST', `${base}/initial-access-tokens`, `{"locked":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 400, 'invalid_request'],
    ['POST', `${base}/initial-access-tokens`, ' '.repeat(70_000), 413, 'body_too_large'],
    ['PUT', `${base}/registration-settings`, { enabled: 'yes' }, 422, 'not_accepted'],
    ['POST', `${base}/keys/rotate`, { alg: 'HS256' }, 422, 'not_accepted'],
    ['POST', `${base}/initial-access-tokens`, { locked: { redirect_uri: 'x' } }, 422, 'not_accepted'],
  ] as const)('%s %.80s is refused with a problem document, not a fault', async (...[method, url, payload, status, code]) => {
    const answer = await world().call(method, url, payload)
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('is told about every bad member with a pointer', async () => {
    const { call } = world()
    const answer = await call('POST', `${base}/initial-access-tokens`, { usesMax: 0, lifetimeSeconds: 'long', 'la/bel': 'x' })
    expect(answer.json().errors).toEqual(
      expect.arrayContaining([
        { pointer: '/usesMax', code: 'invalid_value', message: 'must be >= 1' },
        { pointer: '/lifetimeSeconds', code: 'invalid_value', message: expect.stringContaining('must be') },
        { pointer: '/la~1bel', code: 'unknown_member', message: 'is not known here' },
      ]),
    )
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`unknown${index}`, index]))
    const unread = await call('POST', `${base}/initial-access-tokens`, many)
    expect([unread.statusCode, unread.json().errors[0]]).toEqual([
      400,
      { pointer: '/unknown0', code: 'unknown_member', message: 'is not known here' },
    ])
    const refused = await call('PUT', `${base}/registration-settings`, { enabled: 'yes' })
    expect(refused.json().errors).toEqual([
      { pointer: '/enabled', code: 'invalid_client_metadata', message: 'give true or false' },
    ])
  })

  it('as another media type is refused', async () => {
    const answer = await world().call('POST', `${base}/initial-access-tokens`, 'label=x', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect([answer.statusCode, answer.json().code]).toEqual([415, 'unsupported_media_type'])
  })

  it('may be an empty body that is announced as JSON', async () => {
    const { call, clients } = world()
    clients.set('a', aClient('a'))
    expect((await call('POST', `${base}/clients/a/suspend`, '')).json()).toMatchObject({ state: 'suspended' })
  })

  it('names the methods that a path answers', async () => {
    const answer = await world().call('DELETE', `${base}/registration-settings`)
    expect(answer.headers.allow).toBe('GET, PUT')
  })

  it('that makes us fail is answered with a request id and nothing else', async () => {
    const { call, log } = world({ audit: { list: async () => Promise.reject(new Error('relation "audit" does not exist')) } })
    const answer = await call('GET', `${base}/audit-events`)
    expect([answer.statusCode, answer.json()]).toEqual([
      500,
      expect.objectContaining({
        code: 'internal_error',
        detail: 'something went wrong here; the log has it under this request_id',
      }),
    ])
    expect(answer.body).not.toContain('relation')
    expect(log()).toContain(`"request_id":"${answer.json().request_id}"`)
    expect(log()).not.toContain(adminToken)
  })

  it('that is not HTTP does not stop the listener', async () => {
    const { app } = world()
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as { port: number }
    const socket = connect(port, '127.0.0.1')
    socket.write('\0\0 not http\r\n\r\n')
    await new Promise((resolve) => socket.on('close', resolve).on('data', () => undefined))
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200)
  })
})

describe('clients', () => {
  it('are shown without secrets, tokens and digests', async () => {
    const { call, clients } = world()
    clients.set('a', aClient('a', { lastUsedAt: now }))
    const answer = await call('GET', `${base}/clients/a`)
    expect(answer.json()).toEqual({
      client_id: 'a',
      realm: 'default',
      state: 'active',
      channel: 'open',
      firstParty: false,
      metadata: { client_name: 'Client a', redirect_uris: ['https://app.example/cb'] },
      secrets: [{ issuedAt: now - 100, expiresAt: 0 }],
      provenance: { address: '192.0.2.1' },
      lockedMembers: [],
      boundPolicies: [],
      client_id_issued_at: now - 100,
      updatedAt: now - 50,
      lastUsedAt: now,
      revision: 1,
    })
    expect(answer.body).not.toMatch(/DIGEST|SEALED/)
  })

  it('are paged by key and filtered on the server', async () => {
    const { call, clients } = world()
    for (const id of ['a', 'b', 'c']) clients.set(id, aClient(id))
    const first = (await call('GET', `${base}/clients?limit=2`)).json()
    expect([first.items.map(({ client_id }: { client_id: string }) => client_id), first.next]).toEqual([['a', 'b'], 'b'])
    const second = (await call('GET', `${base}/clients?limit=2&after=${first.next}`)).json()
    expect([second.items.length, 'next' in second]).toEqual([1, false])
    expect((await call('GET', `${base}/clients?name=CLIENT%20c`)).json().items).toHaveLength(1)
  })

  it('are suspended, resumed and deleted', async () => {
    const { call, clients } = world()
    clients.set('https://app.example/client.json', aClient('https://app.example/client.json'))
    const path = `${base}/clients/${encodeURIComponent('https://app.example/client.json')}`
    expect((await call('POST', `${path}/suspend`)).json().state).toBe('suspended')
    expect((await call('POST', `${path}/resume`)).json().state).toBe('active')
    expect((await call('DELETE', path)).statusCode).toBe(204)
    expect((await call('DELETE', path)).statusCode).toBe(404)
    expect((await call('POST', `${path}/resume`)).statusCode).toBe(404)
  })
})

describe('initial access tokens', () => {
  it('show their value once, and never their digest', async () => {
    const { call } = world()
    const created = await call('POST', `${base}/initial-access-tokens`, { label: 'CI', usesMax: 1, lifetimeSeconds: 60 })
    expect([created.statusCode, created.headers.location]).toEqual([201, `${base}/initial-access-tokens/token-0001`])
    expect(created.json()).toMatchObject({
      value: 'THE-VALUE',
      label: 'CI',
      state: 'active',
      uses: 0,
      usesMax: 1,
      expiresAt: now + 60,
    })
    const read = await call('GET', created.headers.location as string)
    const listed = await call('GET', `${base}/initial-access-tokens`)
    for (const answer of [read, listed]) expect(answer.body).not.toMatch(/THE-VALUE|DIGEST/)
  })

  it('need no body at all', async () => {
    expect((await world().call('POST', `${base}/initial-access-tokens`)).statusCode).toBe(201)
  })

  it('say whether they still work', async () => {
    const { call, tokens } = world()
    const token = { realm: 'default', digest: 'd', createdAt: 1, uses: 0, defaults: {}, locked: {}, policies: [] }
    tokens.set('1', { ...token, id: '1', usesMax: 1, uses: 1 })
    tokens.set('2', { ...token, id: '2', expiresAt: now })
    tokens.set('3', { ...token, id: '3' })
    expect((await call('DELETE', `${base}/initial-access-tokens/3`)).statusCode).toBe(204)
    const { items } = (await call('GET', `${base}/initial-access-tokens`)).json()
    expect(items.map(({ state }: { state: string }) => state)).toEqual(['used', 'expired', 'revoked'])
  })
})

describe('settings, keys, audit trail and realms', () => {
  it('are read and replaced', async () => {
    const { call, events } = world()
    events.push({ id: 'e1', realm: 'default', type: 'client.deleted', at: now, actor: 'administrator', details: {} })
    expect((await call('PUT', `${base}/registration-settings`, { enabled: false })).json()).toEqual({
      settings: { enabled: false },
      provisioned: false,
      revision: 7,
    })
    expect((await call('GET', `${base}/keys`)).json().items[0].kid).toBe('k1')
    expect((await call('POST', `${base}/keys/rotate`, { alg: 'ES256' })).json().items[0].kid).toBe('k2')
    expect((await call('GET', `${base}/audit-events?type=client.deleted`)).json().items).toHaveLength(1)
    expect((await call('GET', '/admin/v1/realms')).json().items).toMatchObject([{ name: 'default', registration: 'protected' }])
    expect((await call('GET', base)).json()).toMatchObject({ issuer: 'https://auth.example', revision: 7 })
  })

  it('that the configuration file owns are not saved', async () => {
    const { ports } = adminWorld()
    const { call } = world({ settings: { ...ports.settings, save: async () => 'provisioned' } })
    const answer = await call('PUT', `${base}/registration-settings`, { enabled: false })
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'provisioned'])
  })
})

describe('the OpenAPI document', () => {
  it('describes every route that is served, and its answers are what it says', async () => {
    const { app } = world()
    const document = (await app.inject('/admin/v1/openapi.json')).json()
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toContain('/admin/v1/realms/{realm}/clients/{client_id}/suspend')
    expect(
      document.paths[`/admin/v1/realms/{realm}/registration-settings`].put.requestBody.content['application/json'].schema,
    ).toMatchObject({
      properties: { enabled: { type: 'boolean' } },
    })
    const ids = Object.values(document.paths as Record<string, Record<string, { operationId: string }>>).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    )
    expect(new Set(ids).size).toBe(ids.length)
    expect(JSON.stringify(document)).not.toContain('digest')
  })
})
