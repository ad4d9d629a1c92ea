import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fieldsOf } from '../support/browser.ts'
import { basic, redeem, signIn } from '../support/code-flow.ts'
import type { EngineWorld } from '../support/engine-world.ts'
import {
  api,
  backend,
  clientToken,
  exchange,
  exchangeGrant,
  inspect,
  openExchangeWorld,
  tokenType,
  vault,
} from './exchange-world.ts'

describe.each([
  ['JWTs', api, backend],
  ['opaque tokens', vault, vault],
  ['an opaque token of a JWT', api, vault],
])('exchanged %s end', (_name, from, to) => {
  let world: EngineWorld
  let origin: Awaited<ReturnType<typeof signIn>>
  let once: string
  let twice: string
  beforeEach(async () => {
    world = await openExchangeWorld()
    origin = await signIn(world, 'public', { scope: 'read', resource: from })
    once = (await exchange(world, 'gateway', origin.access_token, { audience: to })).access_token
    twice = (await exchange(world, 'narrow', once, { audience: to })).access_token
    expect(await alive()).toEqual([true, true])
  })
  afterEach(() => world.close())

  const alive = async () => [(await inspect(world, once))['active'], (await inspect(world, twice))['active']]
  const refused = { status: 400, error: 'invalid_request' }

  it('when the token that they were made from is revoked', async () => {
    await world.post('/revoke', { token: origin.access_token, client_id: 'public' })
    expect(await alive()).toEqual([false, false])
    expect(await exchange(world, 'narrow', once)).toMatchObject(refused)
  })

  it('when the grant behind it is revoked', async () => {
    await world.post('/revoke', { token: origin.refresh_token, client_id: 'public' })
    expect(await alive()).toEqual([false, false])
  })

  it('when one in between is revoked, which leaves the others', async () => {
    await world.post('/revoke', { token: once }, basic('gateway', 'gateway'))
    expect(await alive()).toEqual([false, false])
    expect(await inspect(world, origin.access_token)).toMatchObject({ active: true })
    expect(await exchange(world, 'gateway', origin.access_token)).toMatchObject({ status: 200 })
  })

  it.each(['public', 'gateway'])('while %s is suspended or held, and when it is gone', async (client_id) => {
    const client = world.client(client_id)
    if (client === undefined) throw new Error('no such client')
    for (const state of ['suspended', 'pending'] as const) {
      world.register({ ...client, state })
      expect(client_id === 'gateway' ? (await inspect(world, twice, 'plain'))['active'] : (await alive())[1]).toBe(false)
    }
    world.register(client)
    expect(await alive()).toEqual([true, true])
    world.forget(client_id)
    expect((await inspect(world, twice, 'plain'))['active']).toBe(false)
  })

  it('when the actor’s token is revoked', async () => {
    const actor_token = await clientToken(world, 'gateway', { resource: from })
    const more = { audience: to, actor_token, actor_token_type: tokenType('access_token') }
    once = (await exchange(world, 'gateway', origin.access_token, more)).access_token
    expect(await alive()).toEqual([true, true])
    await world.post('/revoke', { token: actor_token }, basic('gateway', 'gateway'))
    expect((await alive())[0]).toBe(false)
  })

  it('also where the realm exchanges no more', async () => {
    world.change((realm) => ({
      ...realm,
      capabilities: { ...realm.capabilities, grantTypes: realm.capabilities.grantTypes.filter((one) => one !== exchangeGrant) },
    }))
    expect(await alive()).toEqual([true, true])
    await world.post('/revoke', { token: origin.access_token, client_id: 'public' })
    expect(await alive()).toEqual([false, false])
  })

  it('with their time, which is no longer than that of any token before, of the resource, or of the realm', async () => {
    const of = async (lifetimeSeconds: number) => {
      world.change((realm) => ({ ...realm, tokenExchange: { ...realm.tokenExchange, lifetimeSeconds } }))
      return (await exchange(world, 'gateway', origin.access_token)).expires_in
    }
    expect(await of(60)).toBe(60)
    expect(await of(86_400)).toBeLessThanOrEqual(origin.expires_in)
    const first = await exchange(
      world,
      'gateway',
      (await signIn(world, 'public', { scope: 'read', resource: from })).access_token,
    )
    expect(first.expires_in).toBeLessThanOrEqual(600)
  })
})

describe('an exchanged token of one that ends with the session', () => {
  it('ends when the person signs out', async () => {
    const world = await openExchangeWorld({ rules: [{ client: 'gateway', audiences: [], issuedTo: ['public'] }] })
    const browser = world.browser()
    const { access_token, id_token } = await signIn(world, 'public', {}, browser)
    const exchanged = await exchange(world, 'gateway', access_token, { audience: api })
    expect(await inspect(world, exchanged.access_token)).toMatchObject({ active: true })
    const { body } = await browser.visit(`${world.issuer}/logout?${new URLSearchParams({ id_token_hint: id_token })}`)
    await browser.submit(`${world.issuer}/logout/confirm`, { ...fieldsOf(body), logout: 'yes' })
    expect(await inspect(world, exchanged.access_token)).toEqual({ active: false })
    await world.close()
  })
})

describe('an exchanged token at the server itself', () => {
  it('is an initial access token like any other, as long as its origin stands', async () => {
    const world = await openExchangeWorld({ rules: [{ client: 'gateway', audiences: [], issuedTo: ['public'] }] })
    const { access_token } = await signIn(world, 'public', { scope: 'read' })
    for (const resource of [`${world.issuer}/register`, '']) {
      const { access_token: value } = await exchange(world, 'gateway', access_token, resource === '' ? {} : { resource })
      const presented = { scheme: 'Bearer', value, method: 'POST', url: `${world.issuer}/register` } as const
      expect(await world.engine.accessTokens.verify(world.realm(), presented)).toEqual({ client_id: 'gateway', scopes: ['read'] })
    }
    const { access_token: value } = await exchange(world, 'gateway', access_token)
    await world.post('/revoke', { token: access_token, client_id: 'public' })
    const presented = { scheme: 'Bearer', value, method: 'POST', url: `${world.issuer}/register` } as const
    expect(await world.engine.accessTokens.verify(world.realm(), presented)).toBeUndefined()
    await world.close()
  })

  it('keeps nothing in the store that opens anything', async () => {
    const world = await openExchangeWorld()
    const { access_token } = await redeem(
      world,
      { grant_type: 'client_credentials', scope: 'read', resource: vault },
      basic('gateway', 'gateway'),
    )
    const exchanged = await exchange(world, 'gateway', access_token)
    const stored = JSON.stringify([...world.objects.rows.values()])
    for (const secret of [access_token, exchanged.access_token]) expect(stored).not.toContain(secret)
    await world.close()
  })
})
