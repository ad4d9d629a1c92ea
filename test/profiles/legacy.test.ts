import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { basic } from '../support/flows.ts'
import { redirectUri, register, registered } from '../support/registration-client.ts'
import { someoneOf } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'

describe('profile legacy, as old walk-throughs use it', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/legacy.yaml' })

  /** One step, as a script asks: who signs in by HTTP Basic gets the answer at once. */
  const ask = async (client_id: string, parameters: Readonly<Record<string, string>>) => {
    const { username, password } = someoneOf(server)
    const all = { client_id, redirect_uri: redirectUri, scope: 'read', state: 'xyz', ...parameters }
    const url = `${server.url}/authorize?${new URLSearchParams(all)}`
    const { status, headers } = await fetch(url, { headers: basic(username, password), redirect: 'manual' })
    const location = new URL(headers.get('location') ?? 'about:blank')
    return { status, query: Object.fromEntries(location.searchParams), fragment: new URLSearchParams(location.hash.slice(1)) }
  }
  it('still refuses what nobody may have: the password grant, wildcards, plain http', async () => {
    const password = await register(server, { redirect_uris: [redirectUri], grant_types: ['password'] })
    expect(password.status).toBe(400)
    for (const uri of ['http://app.example/cb', 'https://*.app.example/cb']) {
      expect((await register(server, { redirect_uris: [uri] })).body['error'], uri).toBe('invalid_redirect_uri')
    }
  })

  it('challenges who brings no password', async () => {
    const client = await registered(server, {
      redirect_uris: [redirectUri],
      grant_types: ['implicit'],
      response_types: ['token'],
    })
    const url = `${server.url}/authorize?${new URLSearchParams({ client_id: client.client_id, redirect_uri: redirectUri, response_type: 'token', scope: 'read' })}`
    const answer = await fetch(url, { redirect: 'manual' })
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic')])
  })

  it('registers every flow, secrets and none', async () => {
    const response_types = ['code', 'token', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token']
    const grant_types = ['authorization_code', 'implicit', 'refresh_token', 'client_credentials']
    const client = await registered(server, { redirect_uris: [redirectUri], response_types, grant_types })
    expect(client).toMatchObject({ response_types, grant_types, token_endpoint_auth_method: 'client_secret_basic' })
    expect(await registered(server, { redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' })).toBeDefined()
  })

  it('gives a public client a code without a proof key, unless it registered to have one', async () => {
    expect((await ask('careful', { response_type: 'code' })).query).toMatchObject({ error: 'invalid_request' })
    const { status, query } = await ask('plain', { response_type: 'code' })
    expect([status, query]).toEqual([302, expect.objectContaining({ state: 'xyz', code: expect.any(String) })])
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: query['code'] ?? '',
      redirect_uri: redirectUri,
      client_id: 'plain',
    })
    const redeemed = await fetch(`${server.url}/token`, { method: 'POST', body })
    expect(await redeemed.json()).toMatchObject({ access_token: expect.any(String) })
  })

  it('gives tokens in the fragment, in one step', async () => {
    const alone = await ask('implicit', { response_type: 'token' })
    expect([alone.status, alone.query, alone.fragment.get('state')]).toEqual([302, {}, 'xyz'])
    expect(alone.fragment.get('access_token')).toBeTruthy()
    const both = await ask('implicit', { response_type: 'id_token token', scope: 'openid read', nonce: 'n' })
    expect(decodeProtectedHeader(both.fragment.get('id_token') ?? '').alg).toBe('RS256')
  })
})
