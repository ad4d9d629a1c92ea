import { describe, expect, it } from 'vitest'
import { createWorld, credentialsOf } from '../support/world.ts'

const machine = { grant_types: ['client_credentials'], client_name: 'Harbour', logo_uri: 'https://app.example/logo.png' }

describe('a registration access token', () => {
  it('opens nothing of another client (DCM-ERR-03)', async () => {
    const world = createWorld()
    const [a, b] = [credentialsOf(await world.register(machine)), credentialsOf(await world.register(machine))]
    await expect(world.read({ ...a, token: b.token ?? '' })).rejects.toMatchObject({ code: 'invalid_token' })
    await expect(world.read({ client_id: 'unknown', token: b.token ?? '' })).rejects.toMatchObject({ code: 'invalid_token' })
    await expect(world.read({ client_id: a.client_id })).rejects.toMatchObject({ code: 'token_required' })
  })

  it('opens nothing of a suspended client, which cannot free itself (DCM-ERR-06)', async () => {
    const world = createWorld()
    const own = credentialsOf(await world.register(machine))
    await world.registration.setState({ realm: world.realm, client_id: own.client_id, actor: 'administrator' }, 'suspended')
    await expect(world.read(own)).rejects.toMatchObject({ code: 'access_denied' })
    await expect(world.update(own, { client_id: own.client_id, ...machine })).rejects.toMatchObject({ code: 'access_denied' })
    await expect(world.remove(own)).rejects.toMatchObject({ code: 'access_denied' })
  })

  it('is the same after any number of reads and updates by default (DCM-CR-05, OIDR-EP-14)', async () => {
    const world = createWorld()
    const own = credentialsOf(await world.register(machine))
    expect((await world.read(own)).registration_access_token).toBe(own.token)
    expect((await world.update(own, { client_id: own.client_id, ...machine })).registration_access_token).toBe(own.token)
  })

  it('is read with as often as wanted, and nothing is written for it (OIDR-EP-14)', async () => {
    const world = createWorld()
    const own = credentialsOf(await world.register(machine))
    const before = await world.store.registration.findClient('default', own.client_id)
    await world.read(own)
    await world.read(own)
    expect(await world.store.registration.findClient('default', own.client_id)).toEqual(before)
    expect(world.store.events).toHaveLength(1)
  })

  it('is read with by a client without a secret, and nothing is written, where secrets rotate on read', async () => {
    const world = createWorld({ rotateClientSecret: 'on-read-and-update' })
    const own = credentialsOf(
      await world.register({ redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: 'none' }),
    )
    await world.read(own)
    expect(world.store.events).toHaveLength(1)
  })

  it('is replaced on update, the old one good until the grace period ends or the new one is used (DCM-CR-07)', async () => {
    const world = createWorld({ rotateRegistrationAccessToken: 'on-update', registrationAccessTokenGraceSeconds: 60 })
    const own = credentialsOf(await world.register(machine))
    const next = credentialsOf(await world.update(own, { client_id: own.client_id, ...machine }))
    expect(next.token).not.toBe(own.token)
    await world.read(own)
    await world.read(next)
    await expect(world.read(own)).rejects.toMatchObject({ code: 'invalid_token' })
  })

  it('does not outlive its grace period (DCM-CR-07)', async () => {
    const world = createWorld({ rotateRegistrationAccessToken: 'on-read-and-update', registrationAccessTokenGraceSeconds: 60 })
    const own = credentialsOf(await world.register(machine))
    const next = credentialsOf(await world.read(own))
    world.now += 60
    await expect(world.read(own)).rejects.toMatchObject({ code: 'invalid_token' })
    expect((await world.read(next)).registration_access_token).not.toBe(next.token)
  })

  it('does not make the record grow when a client reads in a loop under rotation on read', async () => {
    const world = createWorld({ rotateRegistrationAccessToken: 'on-read-and-update', registrationAccessTokenGraceSeconds: 600 })
    const own = credentialsOf(await world.register(machine))
    for (let reads = 0; reads < 30; reads += 1) await world.read(own).catch(() => undefined)
    const stored = await world.store.registration.findClient('default', own.client_id)
    expect(stored?.registrationAccessTokens.length).toBeLessThanOrEqual(8)
  })
})

describe('an update', () => {
  it('refuses a body without the client_id or with another one (DCM-PUT-05)', async () => {
    const world = createWorld()
    const own = credentialsOf(await world.register(machine))
    await expect(world.update(own, machine)).rejects.toMatchObject({ violations: [{ member: 'client_id' }] })
    await expect(world.update(own, { ...machine, client_id: 'other' })).rejects.toMatchObject({
      violations: [{ member: 'client_id' }],
    })
  })

  it('refuses a secret that is not the current one, so that a client cannot choose its own (DCM-PUT-07, DCM-PUT-08)', async () => {
    const world = createWorld()
    const information = await world.register(machine)
    const own = credentialsOf(information)
    const body = { client_id: own.client_id, ...machine }
    await expect(world.update(own, { ...body, client_secret: 'mine' })).rejects.toMatchObject({
      violations: [{ member: 'client_secret' }],
    })
    const updated = await world.update(own, { ...body, client_secret: information.client_secret ?? '' })
    expect(updated.client.secrets).toEqual(information.client.secrets)
  })

  it('refuses what only the server issues, unless the realm ignores it (DCM-PUT-06)', async () => {
    const world = createWorld({ serverMembersInUpdate: 'refuse' })
    const own = credentialsOf(await world.register(machine))
    const body = { client_id: own.client_id, ...machine, client_id_issued_at: 1, registration_client_uri: 'https://x.example' }
    await expect(world.update(own, body)).rejects.toMatchObject({
      violations: [{ member: 'registration_client_uri' }, { member: 'client_id_issued_at' }],
    })
    world.realm = { ...world.realm, registration: { ...world.realm.registration, serverMembersInUpdate: 'ignore' } }
    expect((await world.update(own, body)).client.client_id_issued_at).toBe(1_800_000_000)
  })

  it('leaves everything as it was when it is refused (DCM-PUT-12)', async () => {
    const world = createWorld({ rotateRegistrationAccessToken: 'on-update' })
    const own = credentialsOf(await world.register(machine))
    const before = await world.store.registration.findClient('default', own.client_id)
    await expect(world.update(own, { client_id: own.client_id, ...machine, logo_uri: 'javascript:x' })).rejects.toThrow()
    expect(await world.store.registration.findClient('default', own.client_id)).toEqual(before)
  })

  it('removes a member that is left out (DCM-PUT-02)', async () => {
    const world = createWorld()
    const own = credentialsOf(await world.register(machine))
    const { client } = await world.update(own, { client_id: own.client_id, grant_types: ['client_credentials'] })
    expect(client.metadata).not.toHaveProperty('logo_uri')
    expect(client.metadata).not.toHaveProperty('client_name')
  })

  it('merges a patch, removes what is null, and judges the result (RFC 7396)', async () => {
    const world = createWorld()
    const own = credentialsOf(await world.register(machine))
    const { client } = await world.patch(own, { client_name: 'Port', logo_uri: null })
    expect(client.metadata).toMatchObject({ client_name: 'Port', grant_types: ['client_credentials'] })
    expect(client.metadata).not.toHaveProperty('logo_uri')
    await expect(world.patch(own, { redirect_uris: ['javascript:alert(1)'] })).rejects.toMatchObject({
      code: 'invalid_redirect_uri',
    })
  })

  it('loses neither of two that race (DCM-PUT-18)', async () => {
    const world = createWorld()
    const own = credentialsOf(await world.register(machine))
    await Promise.all([world.patch(own, { client_name: 'Port' }), world.patch(own, { logo_uri: 'https://app.example/new.png' })])
    const stored = await world.store.registration.findClient('default', own.client_id)
    expect(stored?.metadata).toMatchObject({ client_name: 'Port', logo_uri: 'https://app.example/new.png' })
    expect(stored?.revision).toBe(3)
  })

  it('gives a secret to a client that needs one from now on, and takes it from one that does not', async () => {
    const world = createWorld()
    const redirects = { redirect_uris: ['https://app.example/cb'] }
    const own = credentialsOf(await world.register({ ...redirects, token_endpoint_auth_method: 'none' }))
    const confidential = await world.patch(own, { token_endpoint_auth_method: 'client_secret_basic' })
    expect(confidential).toMatchObject({ client_secret: expect.any(String), client_secret_expires_at: 0 })
    const again = await world.patch(own, { token_endpoint_auth_method: 'none' })
    expect(again.client_secret_expires_at).toBeUndefined()
    expect(again.client.secrets).toEqual([])
  })

  it('replaces a secret that is kept as a digest when the new method needs it in clear', async () => {
    const world = createWorld()
    const own = credentialsOf(await world.register(machine))
    const updated = await world.patch(own, { token_endpoint_auth_method: 'client_secret_jwt' })
    expect(updated.client_secret).toBeDefined()
    const back = await world.patch(own, { token_endpoint_auth_method: 'client_secret_post' })
    expect(back.client_secret).toBeUndefined()
    expect(back.client.secrets[0]).toHaveProperty('digest')
  })

  it('rotates the secret where the realm says so, the old one good for the grace period', async () => {
    const world = createWorld({ rotateClientSecret: 'on-update', clientSecretGraceSeconds: 60 })
    const information = await world.register(machine)
    const own = credentialsOf(information)
    const updated = await world.patch(own, { client_name: 'Port' })
    expect(updated.client_secret).not.toBe(information.client_secret)
    expect(updated.client.secrets.map(({ expiresAt }) => expiresAt)).toEqual([0, world.now + 60])
  })

  it('issues a new secret once the old one has expired: the only way back besides registering anew', async () => {
    const world = createWorld({ clientSecretLifetimeSeconds: 100 })
    const own = credentialsOf(await world.register(machine))
    world.now += 100
    const updated = await world.patch(own, {})
    expect(updated).toMatchObject({ client_secret: expect.any(String), client_secret_expires_at: world.now + 100 })
  })
})

describe('deleting a client', () => {
  it('kills its registration access token at the same moment (DCM-CR-09, DCM-DEL-05)', async () => {
    const world = createWorld()
    const own = credentialsOf(await world.register(machine))
    await world.remove(own)
    await expect(world.read(own)).rejects.toMatchObject({ code: 'invalid_token' })
    await expect(world.remove(own)).rejects.toMatchObject({ code: 'invalid_token' })
  })

  it('is refused where the realm does not allow it', async () => {
    const world = createWorld({ deletionAllowed: false })
    await expect(world.remove(credentialsOf(await world.register(machine)))).rejects.toMatchObject({ code: 'access_denied' })
  })
})
