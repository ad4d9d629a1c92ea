import { describe, expect, it } from 'vitest'
import { createWorld, credentialsOf } from '../support/world.ts'

const publicClient = { redirect_uris: ['http://127.0.0.1/cb'], token_endpoint_auth_method: 'none', application_type: 'native' }

describe('registering a client', () => {
  it('refuses a request without a token where one is required (DCR-IAT-02)', async () => {
    const world = createWorld({ initialAccessTokenRequired: true })
    await expect(world.register(publicClient)).rejects.toMatchObject({ code: 'token_required' })
  })

  it.each(['garbage', 'iat_garbage'])('refuses the unknown token %s, even where none is required (DCR-IAT-02)', async (token) => {
    await expect(createWorld().register(publicClient, token)).rejects.toMatchObject({ code: 'invalid_token' })
  })

  it('refuses an access token that lacks the scope', async () => {
    const verify = async () => ({ client_id: 'registrar-client', scopes: ['profile'] })
    const world = createWorld(
      { initialAccessTokenScopes: ['register'] },
      { accessTokens: { verify, revoke: async () => undefined } },
    )
    await expect(world.register(publicClient, 'x')).rejects.toMatchObject({ code: 'insufficient_scope' })
  })

  it('refuses a software statement, since no issuer of them is trusted (DCR-SS-05)', async () => {
    const header = btoa('{"alg":"RS256"}')
    const statement = `${header}.${btoa('{"iss":"https://statements.example"}').replaceAll('=', '')}.AA`
    const world = createWorld()
    await expect(world.register({ ...publicClient, software_statement: statement })).rejects.toMatchObject({
      code: 'unapproved_software_statement',
    })
    await expect(world.register({ ...publicClient, software_statement: 'nonsense' })).rejects.toMatchObject({
      code: 'invalid_software_statement',
    })
  })

  it('stores nothing when the engine refuses what everybody else accepted', async () => {
    const world = createWorld(
      {},
      {
        engine: {
          accept: () => {
            throw new Error('refused')
          },
        },
      },
    )
    await expect(world.register(publicClient)).rejects.toThrow('refused')
    expect(await world.store.registration.findClient('default', '00000000-0000-7000-8000-000000000001')).toBeUndefined()
  })

  it('gives a public client an id and a registration access token, and no secret (DCR-RSP-11)', async () => {
    const information = await createWorld().register(publicClient)
    expect(information.client_secret).toBeUndefined()
    expect(information.client_secret_expires_at).toBeUndefined()
    expect(information.registration_access_token).toMatch(/^rat_/)
    expect(information.client).toMatchObject({ channel: 'open', state: 'active', revision: 1, firstParty: false })
  })

  it('keeps neither secret nor registration access token in clear (DCR-RSP-15, SEC-RAT-01)', async () => {
    const information = await createWorld().register({ grant_types: ['client_credentials'] })
    const stored = JSON.stringify(information.client)
    expect(information.client_secret_expires_at).toBe(0)
    expect(stored).not.toContain(information.client_secret)
    expect(stored).not.toContain(information.registration_access_token)
  })

  it('seals a secret that a method needs in clear, and makes it long enough for HS512 (DCR-RSP-15)', async () => {
    const information = await createWorld().register({
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_jwt',
    })
    expect(information.client_secret?.length).toBeGreaterThanOrEqual(64)
    expect(information.client.secrets[0]).toMatchObject({ sealed: expect.any(String) })
    expect(JSON.stringify(information.client)).not.toContain(information.client_secret)
  })

  it('gives neither token nor URI where management is off (DCM-RSP-04)', async () => {
    const information = await createWorld({ managementEnabled: false }).register(publicClient)
    expect(information.registration_access_token).toBeUndefined()
    expect(information.client.registrationAccessTokens).toEqual([])
  })
})

describe('an initial access token', () => {
  async function worldWithToken(request: object) {
    const world = createWorld({ initialAccessTokenRequired: true })
    const { value, token } = await world.registration.createInitialAccessToken(
      { realm: world.realm, ...request },
      'administrator',
    )
    return { world, value, token }
  }

  it('is refused after its last use, and a refused registration does not count as a use (DCR-IAT-06)', async () => {
    const { world, value } = await worldWithToken({ usesMax: 1 })
    await expect(world.register({ redirect_uris: ['javascript:alert(1)'] }, value)).rejects.toMatchObject({
      code: 'invalid_redirect_uri',
    })
    await world.register(publicClient, value)
    await expect(world.register(publicClient, value)).rejects.toMatchObject({ code: 'invalid_token' })
  })

  it('is shared by 200 racing registrations of which exactly one succeeds (DCR-IAT-06)', async () => {
    const { world, value } = await worldWithToken({ usesMax: 1 })
    const results = await Promise.allSettled(Array.from({ length: 200 }, () => world.register(publicClient, value)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('is refused once its time is over', async () => {
    const { world, value } = await worldWithToken({ lifetimeSeconds: 60 })
    world.now += 60
    await expect(world.register(publicClient, value)).rejects.toMatchObject({ code: 'invalid_token' })
  })

  it('refuses another value of a locked member, at registration and at every update', async () => {
    const { world, value } = await worldWithToken({ locked: { client_name: 'Harbour' } })
    await expect(world.register({ ...publicClient, client_name: 'Other' }, value)).rejects.toMatchObject({
      code: 'invalid_client_metadata',
    })
    const { client, registration_access_token: token = '' } = await world.register(publicClient, value)
    expect(client.metadata.client_name).toBe('Harbour')
    const update = { client_id: client.client_id, ...publicClient, client_name: 'Other' }
    await expect(world.update({ client_id: client.client_id, token }, update)).rejects.toMatchObject({
      code: 'invalid_client_metadata',
    })
    await expect(world.patch({ client_id: client.client_id, token }, { client_name: 'Other' })).rejects.toMatchObject({
      code: 'invalid_client_metadata',
    })
    const kept = await world.patch({ client_id: client.client_id, token }, { client_name: null })
    expect(kept.client.metadata.client_name).toBe('Harbour')
  })

  it('fixes a name in every language: a translation is another value', async () => {
    const { world, value } = await worldWithToken({ locked: { client_name: 'Harbour', 'client_name#de': 'Hafen' } })
    const refused = { code: 'invalid_client_metadata', violations: [{ member: 'client_name#fr' }] }
    await expect(world.register({ ...publicClient, 'client_name#fr': 'Banque' }, value)).rejects.toMatchObject(refused)
    const own = credentialsOf(await world.register({ ...publicClient, 'client_name#de': 'Hafen' }, value))
    await expect(world.patch(own, { 'client_name#fr': 'Banque' })).rejects.toMatchObject(refused)
  })

  it('keeps a locked member out for good that had no effect at registration', async () => {
    const { world, value } = await worldWithToken({ locked: { token_endpoint_auth_signing_alg: 'ES256' } })
    const own = credentialsOf(await world.register(publicClient, value))
    const change = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://app.example/jwks' }
    const refused = { violations: [{ member: 'token_endpoint_auth_signing_alg' }] }
    await expect(world.patch(own, { ...change, token_endpoint_auth_signing_alg: 'RS256' })).rejects.toMatchObject(refused)
    expect((await world.patch(own, { client_name: 'Harbour' })).client.metadata.client_name).toBe('Harbour')
  })

  it.each([
    ['a misspelt member', { locked: { client_nmae: 'Harbour' } }, 'client_nmae'],
    ['a member that only the server issues', { defaults: { client_id: 'mine' } }, 'client_id'],
    ['a member that says nothing', { locked: { client_name: '' } }, 'client_name'],
    ['a scope that no client can have', { locked: { scope: 'openid root' } }, 'scope'],
    [
      'an authentication method that is not served',
      { defaults: { token_endpoint_auth_method: 'nope' } },
      'token_endpoint_auth_method',
    ],
    ['a redirect URI that nobody can register', { locked: { redirect_uris: ['javascript:alert(1)'] } }, 'redirect_uris'],
    ['a software statement', { defaults: { software_statement: 'a.b.c' } }, 'software_statement'],
  ])('is not made with %s, since no client could register with it', async (_, request, member) => {
    await expect(worldWithToken(request)).rejects.toMatchObject({ name: 'Refusal', violations: [{ member }] })
  })

  it('gives its defaults to a client that leaves the member out, and ties the client to itself (DCR-IAT-03)', async () => {
    const { world, value, token } = await worldWithToken({ defaults: { client_name: 'Harbour' }, usesMax: 5 })
    const first = await world.register(publicClient, value)
    const second = await world.register({ ...publicClient, client_name: 'Own' }, value)
    expect([first.client.metadata.client_name, second.client.metadata.client_name]).toEqual(['Harbour', 'Own'])
    for (const { client } of [first, second]) {
      expect(client.channel).toBe('initial-access-token')
      expect(client.provenance.initialAccessToken).toBe(token.id)
    }
  })
})
