import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { basic, publicClient, redeem, signIn } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const resource = 'https://api.example'
const machine = { grant_types: ['client_credentials'], response_types: [] }

describe.each([
  ['opaque', {}],
  ['JWT', { resource }],
])('introspection and revocation of %s access tokens', (_format, target) => {
  let world: EngineWorld

  beforeEach(async () => {
    world = await openWorld()
    const secrets = [{ digest: world.digest('s3cret'), issuedAt: 0, expiresAt: 0 }]
    world.register(publicClient)
    world.register({ client_id: 'machine', metadata: machine, secrets })
    world.register({ client_id: 'resource-server', metadata: machine, secrets })
  })
  afterEach(() => world.close())

  const authorization = basic('resource-server', 's3cret')
  const introspect = async (token: string, headers: Record<string, string> = authorization, more: Record<string, string> = {}) =>
    (await world.post('/introspect', { token, ...more }, headers)).json() as Promise<Record<string, unknown>>

  it('refuses a caller that does not authenticate', async () => {
    const response = await world.post('/introspect', { token: 'x' }, basic('resource-server', 'wrong'))
    expect(response.status).toBe(401)
  })

  it('describes an active token of a person', async () => {
    const { access_token } = await signIn(world, 'public', target)
    const description = await introspect(access_token)
    expect(description).toMatchObject({
      active: true,
      client_id: 'public',
      iss: world.issuer,
      sub: 'alice',
      token_type: 'Bearer',
    })
    expect(String(description['scope']).split(' ')).toContain('read')
    expect(JSON.stringify(description)).not.toContain('gid')
  })

  it('describes an active token of a client', async () => {
    const { access_token } = await redeem(world, { grant_type: 'client_credentials', ...target }, basic('machine', 's3cret'))
    expect(await introspect(access_token)).toMatchObject({ active: true, client_id: 'machine', scope: 'read' })
  })

  it('says nothing to a public client about the token of another', async () => {
    world.register({ ...publicClient, client_id: 'curious' })
    const { access_token } = await signIn(world, 'public', target)
    expect(await introspect(access_token, {}, { client_id: 'curious' })).toEqual({ active: false })
    expect(await introspect(access_token, {}, { client_id: 'public' })).toMatchObject({ active: true })
  })

  it.each(['eyJhbGciOiJub25lIn0.e30.', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IngifQ.e30.AAAA', 'nothing'])(
    'calls %s inactive',
    async (token) => {
      expect(await introspect(token)).toEqual({ active: false })
    },
  )

  it('calls an ID token inactive: it is no access token (SEC-JWK-04)', async () => {
    const { id_token } = await signIn(world, 'public', target)
    expect(await introspect(id_token)).toEqual({ active: false })
  })

  it('calls the tokens of a suspended or deleted client inactive', async () => {
    const { access_token } = await signIn(world, 'public', target)
    world.register({ ...publicClient, state: 'suspended' })
    expect(await introspect(access_token)).toEqual({ active: false })
    world.forget('public')
    expect(await introspect(access_token)).toEqual({ active: false })
  })

  it('revokes a token, once and for all', async () => {
    const { access_token } = await signIn(world, 'public', target)
    const response = await world.post('/revoke', { token: access_token, client_id: 'public' })
    expect(response.status).toBe(200)
    expect(await introspect(access_token)).toEqual({ active: false })
    expect((await world.post('/revoke', { token: access_token, client_id: 'public' })).status).toBe(200)
  })

  it('tells nobody but its client about a refresh token', async () => {
    const { refresh_token } = await signIn(world, 'public', target)
    expect(await introspect(refresh_token)).toEqual({ active: false })
    expect(await introspect(refresh_token, {}, { client_id: 'public' })).toMatchObject({ active: true, client_id: 'public' })
  })

  it('ends the access token when its refresh token is revoked (RFC 7009 §2.1)', async () => {
    const { access_token, refresh_token } = await signIn(world, 'public', target)
    await world.post('/revoke', { token: refresh_token, client_id: 'public' })
    expect(await introspect(access_token)).toEqual({ active: false })
  })

  it('does not let a client revoke the token of another', async () => {
    const { access_token } = await signIn(world, 'public', target)
    const response = await world.post('/revoke', { token: access_token }, authorization)
    expect(response.status).toBe(400)
    world.register({ ...publicClient, client_id: 'curious' })
    expect((await world.post('/revoke', { token: access_token, client_id: 'curious' })).status).toBe(200)
    expect(await introspect(access_token)).toMatchObject({ active: true })
  })
})
