import { describe, expect, it } from 'vitest'
import type { JsonObject, PolicyInstance } from '../../src/registration/index.ts'
import { createWorld, credentialsOf, type World } from '../support/world.ts'
import { loadPolicyFolder } from './policy-folder.ts'

const policies = await loadPolicyFolder()
const app = { redirect_uris: ['https://app.example/cb'], client_name: 'App' }

function policy(name: string, options: JsonObject = {}, more: Partial<PolicyInstance> = {}): PolicyInstance {
  return { id: name, policy: name, options, enabled: true, onlyBound: false, ...more }
}

function worldWith(...chain: readonly PolicyInstance[]): World {
  const world = createWorld({}, { policies })
  world.realm = { ...world.realm, policies: chain }
  return world
}

function administration({ realm }: World, client_id: string) {
  return { realm, client_id, actor: 'administrator' }
}

describe('a client that a policy holds', () => {
  const approval = policy('approval-required')

  it('is registered and asleep, reads that it waits, and stays so through its own updates', async () => {
    const world = worldWith(approval)
    const information = await world.register(app)
    expect(information.client).toMatchObject({ state: 'pending', review: { reasons: [{ policy: 'approval-required' }] } })
    const own = credentialsOf(information)
    expect((await world.read(own)).client.state).toBe('pending')
    expect((await world.update(own, { client_id: own.client_id, ...app, client_name: 'B' })).client.state).toBe('pending')
    expect(world.store.events.map(({ type }) => type)).toEqual(['client.held', 'client.updated'])
  })

  it('is not woken by being suspended and resumed', async () => {
    const world = worldWith(approval)
    const { client } = await world.register(app)
    const who = administration(world, client.client_id)
    await world.registration.setState(who, 'suspended')
    expect((await world.registration.setState(who, 'active'))?.state).toBe('pending')
    await expect(world.registration.setState(who, 'active')).rejects.toMatchObject({ code: 'access_denied' })
  })

  it('wakes when it is approved, and sleeps again when something sensitive changes, with the difference kept', async () => {
    const world = worldWith(approval)
    const own = credentialsOf(await world.register(app))
    const approved = await world.registration.approve(administration(world, own.client_id), 'welcome')
    expect(approved).toMatchObject({
      state: 'active',
      review: { decision: 'approved', note: 'welcome', decidedBy: 'administrator' },
    })
    const contacts = await world.update(own, { client_id: own.client_id, ...app, contacts: ['dev@app.example'] })
    expect(contacts.client.state).toBe('active')
    const moved = await world.update(own, { client_id: own.client_id, ...app, redirect_uris: ['https://app.example/other'] })
    expect(moved.client).toMatchObject({ state: 'pending', review: { approved: { redirect_uris: app.redirect_uris } } })
    expect(moved.client.review).not.toHaveProperty('decision')
  })

  it('is not approved as what it has become since an administrator looked at it', async () => {
    const world = worldWith(approval)
    const own = credentialsOf(await world.register(app))
    await world.update(own, { client_id: own.client_id, ...app, redirect_uris: ['https://evil.example/cb'] })
    const seen = { ...administration(world, own.client_id), revision: 1 }
    for (const decide of [world.registration.approve, world.registration.refuse]) {
      await expect(decide(seen)).rejects.toMatchObject({ violations: [{ member: 'revision' }] })
    }
    expect((await world.registration.approve({ ...seen, revision: 2 }))?.state).toBe('active')
  })

  it('is refused with a note that its own read tells, and needs approval, not resuming', async () => {
    const world = worldWith(approval)
    const own = credentialsOf(await world.register(app))
    const who = administration(world, own.client_id)
    expect(await world.registration.refuse(who, 'ask your account manager')).toMatchObject({ state: 'suspended' })
    await expect(world.read(own)).rejects.toThrow('ask your account manager')
    await expect(world.registration.setState(who, 'active')).rejects.toMatchObject({ code: 'access_denied' })
    expect((await world.registration.approve(who))?.state).toBe('active')
  })
})

describe('policies', () => {
  it('judge in order and all of them, the first refusal leading (R1.15)', async () => {
    const hosts = policy('redirect-hosts', { hosts: ['trusted.example'] })
    const contacts = policy('contacts-required')
    const refused = await worldWith(hosts, contacts)
      .register(app)
      .catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'invalid_redirect_uri', violations: [{}, { member: 'contacts' }] })
    await expect(worldWith(contacts, hosts).register(app)).rejects.toMatchObject({ code: 'invalid_client_metadata' })
  })

  it('judge again what a later one has amended', async () => {
    const fixed = policy('member-rules', { fixed: { token_endpoint_auth_method: 'none' } })
    const methods = policy('authentication-methods', { allowed: ['client_secret_basic'] })
    await expect(worldWith(methods, fixed).register(app)).rejects.toMatchObject({ code: 'invalid_client_metadata' })
  })

  it('are for the clients of a token alone where the token names them', async () => {
    const world = worldWith(policy('contacts-required', {}, { onlyBound: true }))
    const order = { realm: world.realm, policies: ['contacts-required'] }
    const { value } = await world.registration.createInitialAccessToken(order, 'administrator')
    expect((await world.register(app)).client.state).toBe('active')
    await expect(world.register(app, value)).rejects.toMatchObject({ violations: [{ member: 'contacts' }] })
    const own = credentialsOf(await world.register({ ...app, contacts: ['a@app.example'] }, value))
    await expect(world.update(own, { client_id: own.client_id, ...app })).rejects.toMatchObject({
      violations: [{ member: 'contacts' }],
    })
  })

  it('refuse where their file is missing: nobody gets in by it', async () => {
    await expect(worldWith(policy('gone')).register(app)).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  })

  it('leave an administrator alone where they are about who asks, and not where they are about the client', async () => {
    const world = worldWith(policy('software-statement-required'), policy('redirect-hosts', { hosts: ['trusted.example'] }))
    const make = (redirect: string) =>
      world.registration.createByAdministrator({
        realm: world.realm,
        actor: 'administrator',
        body: { redirect_uris: [redirect] },
        firstParty: false,
      })
    await expect(make('https://app.example/cb')).rejects.toMatchObject({ code: 'invalid_redirect_uri' })
    expect((await make('https://trusted.example/cb')).client).toMatchObject({ channel: 'administrator', state: 'active' })
  })
})

describe('a client with an end', () => {
  it('can do nothing after it, and an update does not put it off', async () => {
    const world = worldWith(policy('client-lifetime', { lifetimeSeconds: 3600 }))
    const own = credentialsOf(await world.register(app))
    const end = world.now + 3600
    world.now += 1800
    expect((await world.update(own, { client_id: own.client_id, ...app })).client.expiresAt).toBe(end)
    world.realm = { ...world.realm, policies: [] }
    expect((await world.update(own, { client_id: own.client_id, ...app })).client.expiresAt).toBe(end)
    world.now = end
    await expect(world.read(own)).rejects.toMatchObject({ code: 'invalid_token' })
  })
})

describe('limits', () => {
  it('count the clients of a software, at an update too', async () => {
    const world = worldWith(policy('one-client-per-software'))
    await world.register({ ...app, software_id: 'a' })
    await expect(world.register({ ...app, software_id: 'a' })).rejects.toMatchObject({ violations: [{ member: 'software_id' }] })
    const own = credentialsOf(await world.register({ ...app, software_id: 'b' }))
    await expect(world.update(own, { client_id: own.client_id, ...app, software_id: 'a' })).rejects.toMatchObject({
      code: 'invalid_client_metadata',
    })
    expect((await world.update(own, { client_id: own.client_id, ...app, software_id: 'b' })).client.revision).toBe(2)
  })
})

describe('without registration access tokens', () => {
  const verified = { client_id: 'any', scopes: ['cdr:registration'] }

  const revoked: string[] = []

  function guarded(accessToken: typeof verified | undefined, ...chain: readonly PolicyInstance[]): World {
    const revoke = async (_realm: unknown, value: string) => void revoked.push(value)
    const world = createWorld(
      { registrationAccessTokens: 'disabled' },
      { policies, accessTokens: { verify: async () => accessToken, revoke } },
    )
    world.realm = { ...world.realm, policies: chain }
    return world
  }

  it('a token that asks for an unknown client is revoked where the realm says so, and otherwise not', async () => {
    const world = guarded(verified)
    const call = { client_id: 'unknown', token: 'an-access-token' }
    await expect(world.read(call)).rejects.toMatchObject({ code: 'invalid_token' })
    expect(revoked).toEqual([])
    world.realm = { ...world.realm, registration: { ...world.realm.registration, unknownClientRevokesToken: true } }
    await expect(world.read(call)).rejects.toMatchObject({ code: 'invalid_token' })
    expect(revoked).toEqual(['an-access-token'])
  })

  it('nobody reads, changes or deletes what no policy guards', async () => {
    const world = guarded(verified)
    const { client, registration_access_token } = await world.register(app)
    expect(registration_access_token).toBeUndefined()
    const call = { client_id: client.client_id, token: 'an-access-token' }
    for (const attempt of [world.read(call), world.update(call, { ...app, client_id: call.client_id }), world.remove(call)]) {
      await expect(attempt).rejects.toMatchObject({ code: 'access_denied' })
    }
  })

  it('the guard decides: a token without the scope, none at all, or one of another client opens nothing', async () => {
    const guard = policy('management-by-access-token', { scopes: ['cdr:registration'] })
    const other = guarded(verified, guard)
    const { client } = await other.register(app)
    const call = { client_id: client.client_id, token: 'an-access-token' }
    await expect(other.read(call)).rejects.toThrow()
    await expect(other.read({ client_id: call.client_id })).rejects.toThrow()
    const own = guarded({ ...verified, client_id: client.client_id }, guard)
    const mine = (await own.register(app)).client
    expect(mine.client_id).toBe(client.client_id)
    expect((await own.read({ client_id: mine.client_id, token: 'x' })).client.client_id).toBe(mine.client_id)
    expect(
      (await own.update({ client_id: mine.client_id, token: 'x' }, { ...app, client_id: mine.client_id })).client.revision,
    ).toBe(2)
    await own.remove({ client_id: mine.client_id, token: 'x' })
  })
})
