import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rowsOfRealm } from '../support/realm-rows.ts'
import { startAnotherNode, startTestServer, type TestServer } from '../support/test-server.ts'

type Json = Readonly<Record<string, unknown>>

const machines = {
  grants: ['client_credentials'],
  responseTypes: [],
  scopes: ['read', 'write'],
  registration: { enabled: true, initialAccessTokenRequired: false, defaultScopes: ['read'] },
}
const machine = { grant_types: ['client_credentials'], response_types: [], token_endpoint_auth_method: 'client_secret_post' }
/** What takes at most a second on a quiet machine. */
const soon = { timeout: 20_000, interval: 20 }

describe('realms at run time', { timeout: 120_000 }, () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  }, 120_000)
  afterAll(() => server?.stop())

  const call = async (method: string, path: string, body?: object) => {
    const answer = await server.admin(method, path, body)
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as Json }
  }
  const create = (name: string, definition: Json = machines) => call('POST', '/realms', { name, ...definition })
  const pointersOf = ({ body }: { readonly body: Json }) =>
    ((body['errors'] ?? []) as readonly { readonly pointer: string }[]).map(({ pointer }) => pointer)
  const at = (realm: string, path: string) => `${server.url}/realms/${realm}${path}`
  const register = async (realm: string, url = at(realm, '/register')) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(machine) })
    return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, string>> }
  }
  const obtainToken = async (realm: string, { client_id = '', client_secret = '' }: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret })
    const answer = await fetch(at(realm, '/token'), { method: 'POST', body })
    return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, string>> }
  }
  const keysOf = async (realm: string) => {
    const { keys } = (await (await fetch(at(realm, '/jwks'))).json()) as { readonly keys: readonly { readonly kid: string }[] }
    return keys.map(({ kid }) => kid)
  }

  it('are refused with every bad member at once, and nothing of them is kept', async () => {
    const answer = await create('refused', {
      grants: ['client_credentials', 'magic'],
      pkce: 'sometimes',
      tokens: { accessTokenLifetimeSeconds: -1 },
      registration: { enabled: 'yes' },
      policies: [{ id: 'p', policy: 'nope' }],
      webhooks: [],
      users: [{ username: 'ada' }],
      grant: [],
    })
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect([...pointersOf(answer)].sort()).toEqual([
      '/grant',
      '/grants/1',
      '/pkce',
      '/registration/enabled',
      '/tokens/accessTokenLifetimeSeconds',
      '/users',
      '/webhooks',
    ])
    expect(JSON.stringify(answer.body)).toContain('POST /admin/v1/realms/refused/webhooks')
    expect((await call('GET', '/realms/refused')).status).toBe(404)
    expect((await fetch(at('refused', '/jwks'))).status).toBe(404)
  })

  it('are judged like those of the configuration file: parts that do not fit each other are refused', async () => {
    expect(pointersOf(await create('unfit', { policies: [{ id: 'p', policy: 'nope' }] }))).toEqual(['/policies/0/policy'])
    expect(pointersOf(await create('unfit', { authMethods: ['tls_client_auth'] }))).toEqual(['/authMethods/0'])
    expect(pointersOf(await create('unfit', { responseTypes: ['code', 'id_token'] }))).toEqual(['/responseTypes/1'])
    expect(pointersOf(await create('Unfit', {}))).toEqual(['/name'])
  })

  it('cannot stand where another realm is, or has its endpoints', async () => {
    expect((await create('a-place')).status).toBe(201)
    for (const issuer of [server.url, at('a-place', ''), at('a-place', '/token'), `${server.url}/register/x`, 'no issuer'])
      expect(pointersOf(await create('elsewhere', { issuer }))).toEqual(['/issuer'])
    expect((await create('inside', { issuer: at('a-place', '/inside') })).status).toBe(201)
    expect((await fetch(`${at('a-place', '/inside')}/jwks`)).status).toBe(200)
    expect((await create('a-place')).body['code']).toBe('exists')
    const raced = await Promise.all(['race-a', 'race-b', 'race-c'].map((name) => create(name, { issuer: `${server.url}/raced` })))
    expect(raced.map(({ status }) => status).sort()).toEqual([201, 422, 422])
  })

  it('of the configuration file are read, and neither changed nor removed here', async () => {
    expect((await call('GET', '/realms/default')).body).toMatchObject({ name: 'default', provisioned: true, served: true })
    expect((await create('default')).body['code']).toBe('exists')
    for (const answer of [await call('PUT', '/realms/default', {}), await call('DELETE', '/realms/default')])
      expect([answer.status, answer.body['code']]).toEqual([409, 'provisioned'])
    expect((await call('DELETE', '/realms/nope')).status).toBe(404)
    expect((await call('PUT', '/realms/nope', {})).status).toBe(404)
  })

  it('are made, serve at once, are changed, and are gone with everything in them', async () => {
    const made = await create('tenant')
    expect([made.status, made.headers.get('location')]).toEqual([201, '/admin/v1/realms/tenant'])
    expect(made.body).toMatchObject({
      name: 'tenant',
      provisioned: false,
      served: true,
      registration: 'open',
      definition: machines,
    })
    const client = await register('tenant')
    expect(client.status).toBe(201)
    expect((await obtainToken('tenant', client.body)).status).toBe(200)
    await call('POST', '/realms/tenant/scopes', { name: 'more' })
    await call('POST', '/realms/tenant/initial-access-tokens', {})

    const { registration: _, ...rest } = machines
    const narrowed = await call('PUT', '/realms/tenant', { ...rest, scopes: ['read'], revision: 1 })
    expect([narrowed.status, narrowed.body['code']]).toEqual([409, 'revision_conflict'])
    const revision = (await call('GET', '/realms/tenant')).body['revision']
    const changed = await call('PUT', '/realms/tenant', { ...rest, scopes: ['read'], revision })
    expect(changed.body).toMatchObject({ registration: 'off', scopes: ['read', 'more'] })
    expect((await register('tenant')).status).toBe(404)
    expect((await obtainToken('tenant', client.body)).status).toBe(200)

    expect(Object.keys(await rowsOfRealm(server, 'tenant'))).toContain('clients')
    expect((await call('DELETE', '/realms/tenant')).status).toBe(204)
    expect(await rowsOfRealm(server, 'tenant')).toEqual({})
    for (const path of ['/jwks', '/.well-known/openid-configuration', '/authorize'])
      expect((await fetch(at('tenant', path))).status).toBe(404)
    for (const path of ['', '/clients', '/keys', '/audit-events'])
      expect((await call('GET', `/realms/tenant${path}`)).status).toBe(404)
    const { items } = (await call('GET', '/audit-events')).body as { readonly items: readonly Json[] }
    const told = items.filter(({ details }) => (details as Json)['realm'] === 'tenant')
    expect(told.map(({ type }) => type)).toEqual(['realm.removed', 'realm.changed', 'realm.created'])
    expect(told[1]).toMatchObject({ actor: 'administrator', details: { changed: ['registration', 'scopes'] } })
  })

  it('that are made anew have nothing of the one that had the name before', async () => {
    await create('again')
    const { body: client } = await register('again')
    const { body: token } = await obtainToken('again', client)
    const before = await keysOf('again')
    await call('DELETE', '/realms/again')
    expect((await create('again')).status).toBe(201)
    expect(await keysOf('again')).not.toEqual(expect.arrayContaining([...before]))
    expect((await obtainToken('again', client)).status).toBe(401)
    const managed = await fetch(client['registration_client_uri'] ?? '', {
      headers: { authorization: `Bearer ${client['registration_access_token']}` },
    })
    expect(managed.status).toBe(401)
    const { body: other } = await register('again')
    const asked = {
      token: token['access_token'] ?? '',
      client_id: other['client_id'] ?? '',
      client_secret: other['client_secret'] ?? '',
    }
    const answer = await fetch(at('again', '/introspect'), { method: 'POST', body: new URLSearchParams(asked) })
    expect(await answer.json()).toEqual({ active: false })
    const { items } = (await call('GET', '/realms/again/audit-events')).body as { readonly items: readonly Json[] }
    expect(items.map(({ client_id }) => client_id)).toEqual([other['client_id']])
  })

  it('are listed by name, page after page', async () => {
    for (const name of ['list-c', 'list-a', 'list-b']) await create(name, {})
    const first = (await call('GET', '/realms?limit=2&after=list')).body as { items: readonly Json[]; next: string }
    expect([first.items.map(({ name }) => name), first.next]).toEqual([['list-a', 'list-b'], 'list-b'])
    const rest = (await call('GET', `/realms?limit=1&after=${first.next}`)).body as { items: readonly Json[] }
    expect(rest.items).toMatchObject([{ name: 'list-c' }])
  })

  it('are served by another node within a second, and gone there as soon', async () => {
    const node = await startAnotherNode(server)
    const statusThere = async (path: string) => (await fetch(`${node.url}/realms/spread${path}`)).status
    try {
      expect(await statusThere('/jwks')).toBe(404)
      await create('spread')
      await expect.poll(() => statusThere('/jwks'), soon).toBe(200)
      const { body: client } = await register('spread', `${node.url}/realms/spread/register`)
      expect((await obtainToken('spread', client)).status).toBe(200)
      await call('DELETE', '/realms/spread')
      await expect.poll(() => statusThere('/jwks'), soon).toBe(404)
    } finally {
      await node.stop()
    }
  })
})
