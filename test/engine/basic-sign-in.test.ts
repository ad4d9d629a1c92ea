import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Realm } from '../../src/registration/index.ts'
import { authorizationUrl, basic, type Parameters, publicClient, signIn } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const redirect_uri = 'https://localhost/cb'

function withBasic(realm: Realm): Realm {
  const { capabilities } = realm
  return {
    ...realm,
    signIn: 'http-basic',
    capabilities: { ...capabilities, responseTypes: [...capabilities.responseTypes, 'token'] },
  }
}

const metadata = {
  ...{ redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none', scope: 'openid read' },
  ...{ grant_types: ['implicit'], response_types: ['token'] },
}

describe('a sign-in by HTTP Basic at the authorization endpoint', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld({ realm: withBasic })
    world.register({ client_id: 'ours', metadata, firstParty: true })
    world.register({ client_id: 'theirs', metadata })
  })
  afterAll(() => world.close())

  const alice = basic('alice', 'wonderland')
  const url = (params: Parameters = {}) =>
    authorizationUrl(world, {
      ...{ client_id: 'ours', redirect_uri, response_type: 'token', scope: 'read', state: 'xyz' },
      ...{ code_challenge: '', code_challenge_method: '', ...params },
    })
  /** One request, nothing followed. */
  const get = (params: Parameters = {}, headers: Parameters = {}, method = 'GET') =>
    fetch(url(params), { headers, method, redirect: 'manual' })
  const answerOf = (response: Response) =>
    Object.fromEntries(new URLSearchParams(new URL(response.headers.get('location') ?? '').hash.slice(1)))
  const cookiesOf = (response: Response) =>
    response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ')

  it.each([
    ['no credentials', {}],
    ['wrong ones', basic('alice', 'looking-glass')],
  ])('is asked for at once when there are %s, and nothing is kept', async (_which, headers) => {
    const rows = world.objects.rows.size
    const response = await get({}, headers)
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="test"'])
    expect([response.headers.getSetCookie(), world.objects.rows.size]).toEqual([[], rows])
  })

  it('is not asked for before the request is found good', async () => {
    expect((await get({ redirect_uri: 'https://evil.example/cb' }, alice)).status).toBe(400)
    expect(answerOf(await get({ scope: 'email' }, alice))).toMatchObject({ error: 'invalid_scope' })
  })

  it.each([{}, basic('alice', 'looking-glass')])('cannot be asked for with prompt=none (%o)', async (headers) => {
    expect(answerOf(await get({ prompt: 'none' }, headers as Parameters))).toMatchObject({
      error: 'login_required',
      state: 'xyz',
    })
  })

  it('is not done by HEAD', async () => {
    const response = await get({}, alice, 'HEAD')
    expect(response.headers.get('location') ?? '').not.toContain('access_token')
  })

  it('is not asked for in a realm with pages', async () => {
    const other = await openWorld()
    other.register(publicClient)
    const target = authorizationUrl(other, { client_id: 'public', redirect_uri: 'https://app.example/cb', scope: 'openid' })
    const response = await fetch(target, { headers: alice, redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([303, expect.stringContaining('/interaction/')])
    await other.close()
  })

  it('ends with whoever else is asked for by id_token_hint, or is signed in already', async () => {
    world.register(publicClient)
    world.change((realm) => ({ ...realm, signIn: 'form' }))
    world.person.accountId = 'bob'
    const { id_token } = await signIn(world, 'public')
    world.person.accountId = 'alice'
    world.change((realm) => ({ ...realm, signIn: 'http-basic' }))
    const hinted = { client_id: 'public', redirect_uri: 'https://app.example/cb', scope: 'openid', id_token_hint: id_token }
    const hint = await fetch(authorizationUrl(world, hinted), { headers: alice, redirect: 'manual' })
    expect(new URL(hint.headers.get('location') ?? '').searchParams.get('error')).toBe('login_required')
    const cookie = cookiesOf(await get({}, alice))
    const other = await get({ prompt: 'login' }, { ...basic('bob', 'wonderland'), cookie })
    expect(other.headers.get('location')).toContain('/interaction/')
  })

  it.each([{}, { prompt: 'login' }, { prompt: 'none' }, { max_age: '0', scope: 'openid' }])(
    'with the right ones gets the answer in one step (%o)',
    async (params) => {
      const response = await get(params as Parameters, alice)
      expect(response.status).toBe(302)
      expect(response.headers.get('location')).toMatch(/^https:\/\/localhost\/cb#access_token=/)
      expect(answerOf(response)).toMatchObject({ token_type: 'Bearer', expires_in: '600', state: 'xyz', iss: world.issuer })
    },
  )

  it('keeps a session: the next request needs no credentials, and another identifier after each sign-in', async () => {
    const first = cookiesOf(await get({}, alice))
    expect(answerOf(await get({ prompt: 'none' }, { cookie: first }))).toHaveProperty('access_token')
    const second = cookiesOf(await get({ prompt: 'login' }, { ...alice, cookie: first }))
    expect(second).not.toBe(first)
    expect(answerOf(await get({ prompt: 'none' }, { cookie: first }))).toMatchObject({ error: 'login_required' })
  })

  it("goes on to consent for a client that is not the operator's", async () => {
    const { location } = await world.browser().visit(url({ client_id: 'theirs' }), { headers: alice })
    expect(world.interactions.at(-1)).toMatchObject({ prompt: 'consent', accountId: 'alice' })
    expect(location?.hash).toContain('access_token=')
  })
})
