import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Realm } from '../../src/registration/index.ts'
import { authorizationUrl, type Parameters, publicClient } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const redirect_uri = 'https://app.example/cb'
const implicit = {
  redirect_uris: [redirect_uri],
  grant_types: ['implicit'],
  response_types: ['token'],
  scope: 'openid read mcp:tools',
}

function withTokenAlone(realm: Realm): Realm {
  return {
    ...realm,
    capabilities: { ...realm.capabilities, responseTypes: [...realm.capabilities.responseTypes, 'token'] },
    resources: [
      ...realm.resources,
      { id: 'plain', identifier: 'https://plain.example', scopes: ['read'], accessTokenFormat: 'opaque' },
    ],
  }
}

describe('an access token in the front channel alone (RFC 6749 §4.2)', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld({ realm: withTokenAlone })
    world.register(publicClient)
    const metadata = { ...implicit, token_endpoint_auth_method: 'none' }
    world.register({ client_id: 'implicit', metadata })
    world.register({ client_id: 'ours', metadata, firstParty: true })
    world.register({ client_id: 'unproven', metadata, channel: 'open' })
  })
  afterAll(() => world.close())

  const request = (params: Parameters) =>
    authorizationUrl(world, {
      ...{ client_id: 'implicit', redirect_uri, response_type: 'token', scope: 'read' },
      ...{ code_challenge: '', code_challenge_method: '', ...params },
    })
  const ask = (params: Parameters = {}, browser = world.browser()) => browser.visit(request(params))
  const answer = async (params: Parameters = {}, browser = world.browser()) => {
    const { location, body } = await ask(params, browser)
    if (location === undefined) throw new Error(body)
    return { query: location.search, ...Object.fromEntries(new URLSearchParams(location.hash.slice(1))) } as Parameters
  }

  it('is refused, accepted from nobody and not listed by a realm that was not told to serve it', async () => {
    const other = await openWorld()
    other.register(publicClient)
    const url = authorizationUrl(other, { client_id: 'public', redirect_uri, response_type: 'token', scope: 'openid' })
    const { location } = await other.browser().visit(url)
    expect(new URLSearchParams(location?.hash.slice(1)).get('error')).toBe('unsupported_response_type')
    expect((await other.engine.discovery(other.realm()))['response_types_supported']).not.toContain('token')
    expect(() => other.engine.clientModel.accept(other.realm(), 'new', implicit)).toThrow('response_types')
    await other.close()
  })

  it('can be all that a realm serves in front', async () => {
    const only = (realm: Realm) => ({ ...realm, capabilities: { ...realm.capabilities, responseTypes: ['token'] } })
    const other = await openWorld({ realm: only })
    other.register({ client_id: 'implicit', metadata: { ...implicit, token_endpoint_auth_method: 'none' } })
    const params = { client_id: 'implicit', redirect_uri, response_type: 'token', scope: 'read' }
    const { location } = await other.browser().visit(authorizationUrl(other, params))
    expect(location?.hash).toContain('access_token=')
    await other.close()
  })

  it('is refused for a client that is not registered for it', async () => {
    expect(await answer({ client_id: 'public' })).toMatchObject({ error: 'unauthorized_client', iss: world.issuer, query: '' })
  })

  it('goes to no address but a registered one', async () => {
    const { location, status } = await ask({ redirect_uri: 'https://app.example/cb/' })
    expect([location, status]).toEqual([undefined, 400])
  })

  it('never goes into a query', async () => {
    const { location } = await ask({ response_mode: 'query' })
    expect(location?.href).toContain('error=invalid_request')
    expect(location?.href).not.toContain('access_token')
  })

  it.each([
    [{ scope: 'read email' }, 'invalid_scope'],
    [{ prompt: 'none' }, 'login_required'],
    [{ resource: 'not a uri' }, 'invalid_target'],
    [{ max_age: '60' }, 'invalid_request'],
  ] as [Parameters, string][])('tells errors in the fragment: %o is %s', async (params, error) => {
    expect(await answer(params)).toMatchObject({ error, state: 'af0ifjsldkj', iss: world.issuer, query: '' })
  })

  it('is not sent to a client that nobody knows when a person denies (RFC 9700 §4.11.2)', async () => {
    world.person.consents = false
    const { location, body } = await ask({ client_id: 'unproven' })
    world.person.consents = true
    expect(location).toBeUndefined()
    expect(body).toContain('#error=access_denied')
  })

  it('comes with its type, lifetime, scope, state and issuer, and with no other token', async () => {
    const { access_token = '', query, ...rest } = await answer()
    expect(query).toBe('')
    expect(access_token).toMatch(/^[\w-]{43,}$/)
    expect(rest).toEqual({ token_type: 'Bearer', expires_in: '600', scope: 'read', state: 'af0ifjsldkj', iss: world.issuer })
  })

  it('asks a person for consent once, and nobody for a client of the operator', async () => {
    const browser = world.browser()
    await answer({ client_id: 'ours' }, browser)
    expect(world.interactions.filter(({ client }) => client.client_id === 'ours').map(({ prompt }) => prompt)).toEqual(['login'])
    expect(await answer({ client_id: 'ours', prompt: 'none' }, browser)).toHaveProperty('access_token')
    expect(await answer({ prompt: 'none', scope: 'mcp:tools' }, browser)).toMatchObject({ error: 'consent_required' })
  })

  it('is a token like any other: at userinfo, in introspection and revocation', async () => {
    const { access_token: token = '' } = await answer({ scope: 'openid read' })
    const userinfo = await fetch(`${world.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })
    expect(await userinfo.json()).toMatchObject({ sub: 'alice' })
    const introspect = async () => (await world.post('/introspect', { token, client_id: 'implicit' })).json()
    expect(await introspect()).toMatchObject({
      active: true,
      client_id: 'implicit',
      sub: 'alice',
      scope: expect.stringContaining('openid'),
    })
    await world.post('/revoke', { token, client_id: 'implicit' })
    expect(await introspect()).toEqual({ active: false })
  })

  it.each([
    ['https://api.example', /^eyJ/],
    ['https://plain.example', /^[\w-]{43,}$/],
  ])('is made for %s in the format of the resource (RFC 8707)', async (resource, format) => {
    const { access_token = '' } = await answer({ resource })
    expect(access_token).toMatch(format)
    const body = await (await world.post('/introspect', { token: access_token, client_id: 'implicit' })).json()
    expect(body).toMatchObject({ active: true, aud: resource, scope: 'read' })
  })

  it('can be had by a pushed request, and as a form', async () => {
    const pushed = await world.post('/par', { client_id: 'implicit', redirect_uri, response_type: 'token', scope: 'read' })
    const { request_uri } = (await pushed.json()) as { request_uri: string }
    const params = { client_id: 'implicit', request_uri, response_type: '', redirect_uri: '', scope: '', state: '' }
    expect(await answer(params)).toHaveProperty('access_token')
    const { body } = await ask({ response_mode: 'form_post' })
    expect(body).toMatch(/name="access_token" value="[\w-]{43,}"/)
  })

  it('is listed in discovery, and accepted at registration', async () => {
    const metadata = await world.engine.discovery(world.realm())
    expect(metadata['response_types_supported']).toContain('token')
    expect(metadata['grant_types_supported']).toContain('implicit')
    const accept = (changes: object) => () => world.engine.clientModel.accept(world.realm(), 'new', { ...implicit, ...changes })
    expect(accept({})).not.toThrow()
    expect(accept({ redirect_uris: ['https://localhost/cb'] })).not.toThrow()
    expect(accept({ dpop_bound_access_tokens: true })).toThrow('dpop_bound_access_tokens')
    expect(accept({ redirect_uris: ['http://app.example/cb'] })).toThrow('https')
    expect(accept({ post_logout_redirect_uris: ['http://localhost/out'] })).not.toThrow()
  })
})
