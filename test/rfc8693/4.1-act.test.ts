import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TokenExchangeSettings } from '../../src/registration/index.ts'
import { basic, obtainCode, redeem, verifier } from '../support/code-flow.ts'
import type { EngineWorld } from '../support/engine-world.ts'
import {
  api,
  backend,
  clientToken,
  exchange,
  exchangeGrant,
  inspect,
  openExchangeWorld,
  personToken,
  registerConfidential,
  tokenType,
  vault,
} from './exchange-world.ts'

const nested = (...subs: readonly string[]): object => ({
  sub: subs[0],
  ...(subs.length === 1 ? {} : { act: nested(...subs.slice(1)) }),
})

describe('who acts for whom (RFC 8693 §4.1, §4.4)', () => {
  let world: EngineWorld
  let claims: Record<string, unknown>
  beforeEach(async () => {
    claims = {}
    const find = async (_realm: string, id: string) => (['alice', 'bob'].includes(id) ? { id, claims } : undefined)
    world = await openExchangeWorld({}, { ports: { accounts: { find, findByUsername: async () => undefined } } })
  })
  afterEach(() => world.close())

  const set = (settings: Partial<TokenExchangeSettings>) =>
    world.change((realm) => ({ ...realm, tokenExchange: { ...realm.tokenExchange, ...settings } }))
  const forAgent = { client: 'agent', audiences: [api, backend], issuedTo: ['gateway', 'public'] }
  const actor = async (actor_token: string | Promise<string>) => ({
    actor_token: await actor_token,
    actor_token_type: tokenType('access_token'),
  })

  it('refuses an actor token that is no live token, and one that the client has no business with', async () => {
    const subject = await personToken(world, { resource: api })
    for (const value of ['made-up', await clientToken(world, 'plain')]) {
      const answer = await exchange(world, 'gateway', subject, await actor(value))
      expect(answer).toMatchObject({ status: 400, error: 'invalid_request' })
      expect(answer.error_description).toContain('actor_token')
    }
  })

  it('refuses an actor token of somebody who acts for another already', async () => {
    const subject = await personToken(world, { resource: api })
    const { access_token } = await exchange(world, 'gateway', subject)
    const answer = await exchange(world, 'gateway', subject, await actor(access_token))
    expect(answer).toMatchObject({ error: 'invalid_request', error_description: expect.stringMatching(/acts for another/) })
  })

  it('refuses a person as actor whose name only one client knows', async () => {
    registerConfidential(world, 'sector', {
      redirect_uris: ['https://app.example/cb'],
      grant_types: ['authorization_code', exchangeGrant],
      response_types: ['code'],
      subject_type: 'pairwise',
    } as never)
    const code = await obtainCode(world, { client_id: 'sector', redirect_uri: 'https://app.example/cb', scope: 'read' })
    const params = { grant_type: 'authorization_code', code, redirect_uri: 'https://app.example/cb', code_verifier: verifier }
    const { access_token } = await redeem(world, params, basic('sector', 'sector'))
    const answer = await exchange(world, 'sector', access_token, await actor(access_token))
    expect(answer).toMatchObject({ error: 'invalid_request', error_description: expect.stringMatching(/pairwise/) })
  })

  it('refuses whoever `may_act` does not name, and passes it on', async () => {
    claims['may_act'] = { sub: 'gateway' }
    set({ rules: [...world.realm().tokenExchange.rules, forAgent] })
    for (const resource of [{ resource: api }, {}]) {
      const subject = await personToken(world, resource)
      const more = { audience: backend }
      expect(await exchange(world, 'agent', subject, more)).toMatchObject({
        error: 'invalid_request',
        error_description: expect.stringMatching(/may_act/),
      })
    }
    const subject = await personToken(world, { resource: api })
    const { access_token } = await exchange(world, 'gateway', subject, { audience: backend })
    expect(decodeJwt(access_token)).toMatchObject({ act: { sub: 'gateway' }, may_act: { sub: 'gateway' } })
    expect(await exchange(world, 'agent', access_token)).toMatchObject({ error: 'invalid_request' })
    set({ withoutActorToken: 'impersonate' })
    expect(await exchange(world, 'agent', subject)).toMatchObject({ error: 'invalid_request' })
  })

  it.each([
    [{ sub: 'gateway' }, 200],
    [{ client_id: 'gateway' }, 200],
    [{ iss: 'https://elsewhere.example', sub: 'gateway' }, 400],
    [{ sub: 'gateway', client_id: 'agent' }, 400],
    [{}, 400],
    [{ iss: 'the issuer' }, 400],
  ])('reads a `may_act` of %j as %i', async (mayAct, status) => {
    claims['may_act'] = mayAct
    expect(await exchange(world, 'gateway', await personToken(world, { resource: api }))).toMatchObject({ status })
  })

  it('refuses who is not named at all, where the realm wants `may_act`', async () => {
    set({ requireMayAct: true })
    const answer = await exchange(world, 'gateway', await personToken(world, { resource: api }))
    expect(answer).toMatchObject({ error: 'invalid_request', error_description: expect.stringMatching(/may_act/) })
    claims['may_act'] = { sub: 'gateway' }
    expect(await exchange(world, 'gateway', await personToken(world, { resource: api }))).toMatchObject({ status: 200 })
  })

  it('refuses another client’s token without an actor token, where the realm wants one', async () => {
    set({ withoutActorToken: 'refuse' })
    const subject = await personToken(world, { resource: api })
    expect(await exchange(world, 'gateway', subject)).toMatchObject({
      error: 'invalid_request',
      error_description: 'actor_token is missing',
    })
    const { access_token } = await exchange(world, 'gateway', subject, await actor(clientToken(world, 'gateway')))
    expect(decodeJwt(access_token)['act']).toEqual({ sub: 'gateway' })
  })

  it('names nobody where the realm allows impersonation', async () => {
    set({ withoutActorToken: 'impersonate' })
    const { access_token } = await exchange(world, 'gateway', await personToken(world, { resource: api }))
    expect(decodeJwt(access_token)).toMatchObject({ sub: 'alice', client_id: 'gateway' })
    expect(decodeJwt(access_token)).not.toHaveProperty('act')
  })

  it('names the subject of the actor token', async () => {
    set({ rules: [{ client: 'gateway', audiences: [api], issuedTo: ['agent'] }] })
    const subject = await personToken(world, { resource: api })
    const { access_token } = await exchange(world, 'gateway', subject, await actor(clientToken(world, 'agent')))
    expect(decodeJwt(access_token)).toMatchObject({ sub: 'alice', client_id: 'gateway', act: { sub: 'agent' } })
  })

  it('remembers everybody who has acted, latest first, in JWTs and opaque tokens alike', async () => {
    set({ rules: [...world.realm().tokenExchange.rules, forAgent] })
    const first = await exchange(world, 'gateway', await personToken(world, { resource: api }), { audience: vault })
    const second = await exchange(world, 'agent', first.access_token, { audience: backend })
    const third = await exchange(world, 'narrow', second.access_token, { audience: vault })
    expect(await inspect(world, third.access_token)).toMatchObject({
      active: true,
      sub: 'alice',
      act: nested('narrow', 'agent', 'gateway'),
    })
    const own = await exchange(world, 'narrow', third.access_token)
    expect(await inspect(world, own.access_token)).toMatchObject({ act: nested('narrow', 'agent', 'gateway') })
  })

  it('lets only so many exchanges follow one another', async () => {
    set({ chainLengthMax: 3 })
    let token = await personToken(world, { resource: api })
    for (const client of ['gateway', 'narrow', 'narrow']) token = (await exchange(world, client, token)).access_token
    expect(await exchange(world, 'narrow', token)).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringMatching(/comes of 3 exchanges/),
    })
  })
})
