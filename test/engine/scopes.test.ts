import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Realm } from '../../src/registration/index.ts'
import { authorize, basic, obtainCode, type Parameters, publicClient, redeem, verifier } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const redirect_uri = 'https://app.example/cb'
const bank = 'https://bank.example'
const till = 'https://till.example'

function withScopes(realm: Realm): Realm {
  return {
    ...realm,
    scopes: [
      ...realm.scopes,
      { name: 'internal', exclusive: true },
      { name: 'read_txn:all', exclusive: true },
      { name: 'read_txn:*', dynamic: true },
      { name: 'sign:*', dynamic: true, exclusive: true },
    ],
    scopeGroups: [
      { name: 'banking', scopes: ['read', 'mcp:tools'] },
      { name: 'staff', scopes: ['internal'], exclusive: true },
    ],
    defaultTokenScopes: ['read', 'banking'],
    resources: [
      { id: 'bank', identifier: bank, scopes: ['read', 'mcp:tools', 'read_txn:*'], accessTokenFormat: 'jwt' },
      { id: 'till', identifier: till, scopes: ['read_txn:till'], accessTokenFormat: 'jwt' },
    ],
    unknownResources: 'refuse',
  }
}

describe('scopes that are no plain list', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld({ realm: withScopes })
    const secrets = [{ digest: world.digest('s3cret'), issuedAt: 0, expiresAt: 0 }]
    const machine = { grant_types: ['client_credentials'], response_types: [] }
    const registered = { any: 'read read_txn:*', one: 'read_txn:123', group: 'banking', only: 'read_txn:* internal' }
    for (const [client_id, scope] of Object.entries(registered)) {
      world.register({ client_id, metadata: { ...machine, scope }, secrets })
      const app = { ...publicClient.metadata, scope: `openid ${scope}` }
      world.register({ client_id: `${client_id}-app`, metadata: app })
    }
  })
  afterAll(() => world.close())

  const obtain = (client_id: string, params: Parameters) =>
    redeem(world, { grant_type: 'client_credentials', ...params }, basic(client_id, 's3cret'))

  it.each([
    ['any', 'read_txn:'],
    ['any', 'read_txn:*'],
    ['any', 'read_txn:1*'],
    ['any', 'sign:1'],
    ['any', 'read_txn:all'],
    ['one', 'read_txn:124'],
    ['one', 'read_txn:*'],
    ['group', 'read'],
    ['any', 'banking'],
  ])('are refused at the token endpoint: to %s, %s', async (client_id, scope) => {
    expect(await obtain(client_id, { scope })).toMatchObject({ status: 400, error: 'invalid_scope' })
  })

  it.each([
    ['one-app', 'read_txn:124'],
    ['any-app', 'read_txn:*'],
    ['any-app', 'sign:1'],
    ['any-app', 'read_txn:all'],
  ])('are refused at the authorization endpoint: to %s, %s', async (client_id, scope) => {
    const { location } = await authorize(world, { client_id, redirect_uri, scope: `openid ${scope}` })
    expect(location?.searchParams.get('error')).toBe('invalid_scope')
  })

  it.each([
    ['any', 'read_txn:123 read'],
    ['any', 'read_txn:a:b'],
    ['one', 'read_txn:123'],
    ['group', 'banking'],
    ['only', 'internal read_txn:9'],
  ])('are granted at the token endpoint: to %s, %s', async (client_id, scope) => {
    expect(await obtain(client_id, { scope })).toMatchObject({ status: 200, scope })
  })

  it('have defaults, groups among them, and never a pattern', async () => {
    expect(await obtain('group', {})).toMatchObject({ status: 200, scope: 'banking' })
    expect(await obtain('any', {})).toMatchObject({ status: 200, scope: 'read' })
    expect((await obtain('only', {})).scope).toBeUndefined()
  })

  it('reach a resource as far as it has them, groups when it has every member', async () => {
    expect(await obtain('any', { scope: 'read read_txn:7', resource: bank })).toMatchObject({ scope: 'read read_txn:7' })
    expect(await obtain('any', { scope: 'read_txn:till', resource: till })).toMatchObject({ scope: 'read_txn:till' })
    expect((await obtain('any', { scope: 'read_txn:1', resource: till })).scope).toBeUndefined()
    expect(await obtain('group', { scope: 'banking', resource: bank })).toMatchObject({ scope: 'banking' })
    expect((await obtain('only', { scope: 'internal', resource: bank })).scope).toBeUndefined()
  })

  it.each([
    ['a token of the realm', {}],
    ['a token for a resource', { resource: bank }],
  ])('are consented to, granted and refreshed one by one: %s', async (_token, target) => {
    const scope = 'openid read_txn:1 read_txn:2'
    const code = await obtainCode(world, { client_id: 'any-app', redirect_uri, scope, ...target })
    const asked = world.interactions.at(-1)
    expect(asked?.scopes).toEqual(['openid', 'read_txn:1', 'read_txn:2'])
    const grant = { grant_type: 'authorization_code', code, redirect_uri, client_id: 'any-app', code_verifier: verifier }
    const first = await redeem(world, { ...grant, ...target })
    expect(first.scope.split(' ').filter((word) => word !== 'openid')).toEqual(['read_txn:1', 'read_txn:2'])
    const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token, client_id: 'any-app', ...target }
    expect(await redeem(world, { ...refresh, scope: 'read_txn:3' })).toMatchObject({ error: 'invalid_scope' })
    expect(await redeem(world, { ...refresh, scope: 'read_txn:2' })).toMatchObject({ status: 200, scope: 'read_txn:2' })
  })

  it('end with the registration: what a client is no longer registered for is refreshed no more', async () => {
    const code = await obtainCode(world, { client_id: 'one-app', redirect_uri, scope: 'openid read_txn:123' })
    const grant = { grant_type: 'authorization_code', code, redirect_uri, client_id: 'one-app', code_verifier: verifier }
    const { refresh_token } = await redeem(world, grant)
    world.register({ client_id: 'one-app', metadata: { ...publicClient.metadata, scope: 'openid read_txn:124' } })
    const refreshed = await redeem(world, { grant_type: 'refresh_token', refresh_token, client_id: 'one-app' })
    expect(refreshed).toMatchObject({ status: 200, scope: 'openid' })
  })

  it('count for the members of a group when a token is presented to the server itself', async () => {
    const { access_token: value } = await obtain('group', {})
    const presented = { scheme: 'Bearer', value, method: 'POST', url: `${world.issuer}/register` } as const
    expect(await world.engine.accessTokens.verify(world.realm(), presented)).toEqual({
      client_id: 'group',
      scopes: ['banking', 'read', 'mcp:tools'],
    })
    const body = await (await world.post('/introspect', { token: value }, basic('group', 's3cret'))).json()
    expect(body).toMatchObject({ active: true, scope: 'banking' })
  })

  it('are listed in discovery when they are common and can be listed', async () => {
    const { scopes_supported } = await world.engine.discovery(world.realm())
    expect(scopes_supported).toEqual([
      ...world
        .realm()
        .scopes.slice(0, 7)
        .map(({ name }) => name),
      'banking',
    ])
  })

  it('are accepted at registration, which has judged the dynamic ones', () => {
    const accept = (scope: string) => () =>
      world.engine.clientModel.accept(world.realm(), 'new', { ...publicClient.metadata, scope })
    expect(accept('read_txn:* read_txn:1 banking internal')).not.toThrow()
    expect(accept('unheard')).toThrow()
  })
})
