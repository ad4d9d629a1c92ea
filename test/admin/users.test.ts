import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { obtainCodeBySignIn } from '../support/sign-in.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

type Json = Readonly<Record<string, unknown>>

const passwords = { first: 'correct-horse-battery', second: 'staple-horse-battery' }

describe('users of a realm', { timeout: 120_000 }, () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  }, 120_000)
  afterAll(() => server?.stop())

  const call = async (method: string, path: string, body?: object) => {
    const answer = await server.admin(method, `/realms/default/users${path}`, body)
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, text, body: (text === '' ? {} : JSON.parse(text)) as Json }
  }
  const create = (username: string, more: Json = {}) => call('POST', '', { username, password: passwords.first, ...more })

  it.each([
    [{}, '/username'],
    [{ username: '' }, '/username'],
    [{ username: 'a', password: 'short' }, '/password'],
    [{ username: 'a', claims: [] }, '/claims'],
    [{ username: 'a', active: 'yes' }, '/active'],
    [{ username: 'a', passwordHash: '$scrypt$x' }, '/passwordHash'],
  ])('are refused with the bad member named: %j', async (body, pointer) => {
    const answer = await call('POST', '', body)
    expect([answer.status, (answer.body['errors'] as readonly Json[])[0]?.['pointer']]).toEqual([400, pointer])
  })

  it('of the configuration file are read, and changed by nobody', async () => {
    const { items } = (await call('GET', '?username=ada')).body as { readonly items: readonly Json[] }
    expect(items).toMatchObject([{ username: 'ada', provisioned: true, hasPassword: true, claims: { given_name: 'Ada' } }])
    const path = `/${items[0]?.['id']}`
    for (const answer of [await call('PUT', path, { username: 'ada' }), await call('DELETE', path)])
      expect([answer.status, answer.body['code']]).toEqual([409, 'provisioned'])
    expect((await create('ada')).body['code']).toBe('exists')
  })

  it('are added, read, changed and removed, each recorded, and no password is ever shown', async () => {
    const made = await create('grace', { claims: { name: 'Grace' } })
    const path = `/${made.body['id']}`
    expect([made.status, made.headers.get('location')]).toEqual([201, `/admin/v1/realms/default/users${path}`])
    expect(made.body).toMatchObject({ username: 'grace', active: true, hasPassword: true, provisioned: false })
    await create('heidi')
    expect((await call('PUT', path, { username: 'heidi' })).body['code']).toBe('exists')
    const changed = await call('PUT', path, { username: 'grace', claims: { name: 'Grace Hopper' }, active: false })
    expect(changed.body).toMatchObject({ active: false, claims: { name: 'Grace Hopper' }, hasPassword: true })
    const answers = [made, changed, await call('GET', path), await call('GET', '')]
    for (const { text } of answers) expect(text).not.toMatch(/correct-horse|scrypt|passwordHash/)
    expect((await call('DELETE', path)).status).toBe(204)
    for (const answer of [await call('GET', path), await call('PUT', path, { username: 'x' }), await call('DELETE', path)])
      expect(answer.status).toBe(404)
    const events = (await (await server.admin('GET', '/realms/default/audit-events?limit=5')).json()) as {
      items: readonly Json[]
    }
    const told = events.items.filter(({ details }) => (details as Json)['id'] === made.body['id'])
    expect(told.map(({ type }) => type)).toEqual(['user.removed', 'user.changed', 'user.created'])
    expect(JSON.stringify(events)).not.toMatch(/correct-horse|scrypt/)
  })

  it('are listed by name, by what it begins with and by whether they can sign in, page after page', async () => {
    for (const name of ['list-b', 'list-a', 'list-c']) await create(name, { active: name !== 'list-b', password: undefined })
    const namesOf = async (query: string) => {
      const { items, next } = (await call('GET', query)).body as { readonly items: readonly Json[]; readonly next?: string }
      return [items.map(({ username }) => username), next]
    }
    expect(await namesOf('?username=list-&limit=2')).toEqual([['list-a', 'list-b'], 'list-b'])
    expect(await namesOf('?username=list-&limit=2&after=list-b')).toEqual([['list-c'], undefined])
    expect(await namesOf('?username=list-&active=false')).toEqual([['list-b'], undefined])
  })

  it('are signed out everywhere when they are switched off, get another password, or go', async () => {
    const { issuer, tokens } = await signIns(server)
    for (const change of [{ active: false }, { password: passwords.second }, undefined]) {
      const made = await create('ivan')
      const path = `/${made.body['id']}`
      const token = await tokens('ivan', passwords.first)
      const userinfo = () => fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${token.access_token}` } })
      expect((await userinfo()).status).toBe(200)
      const refresh = new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: token.refresh_token,
        client_id: token.client_id,
      })
      if (change === undefined) await call('DELETE', path)
      else await call('PUT', path, { username: 'ivan', ...change })
      expect((await userinfo()).status).toBe(401)
      const again = await fetch(`${issuer}/token`, { method: 'POST', body: refresh })
      expect([again.status, ((await again.json()) as Json)['error']]).toEqual([400, 'invalid_grant'])
      await call('DELETE', path)
    }
  })
})

/** People at a client that registered itself. */
async function signIns({ url: issuer, admin }: TestServer) {
  const redirect_uri = 'https://app.example/cb'
  const made = await admin('POST', '/realms/default/clients', {
    ...{ client_id: 'app', firstParty: true, redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none' },
    ...{ grant_types: ['authorization_code', 'refresh_token'], scope: 'openid offline_access' },
  })
  const { client_id } = (await made.json()) as { readonly client_id: string }
  const tokens = async (username: string, password: string) => {
    const scope = 'openid offline_access'
    const code = await obtainCodeBySignIn({ issuer, client_id, redirect_uri, scope, username, password })
    const body = new URLSearchParams({ grant_type: 'authorization_code', client_id, redirect_uri, ...code })
    const answer = await fetch(`${issuer}/token`, { method: 'POST', body })
    return { client_id, ...((await answer.json()) as { readonly access_token: string; readonly refresh_token: string }) }
  }
  return { issuer, tokens }
}
