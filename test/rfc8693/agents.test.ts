import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AgentPrivilege, TokenExchangeSettings } from '../../src/registration/index.ts'
import { basic, obtainCode, redeem, verifier } from '../support/code-flow.ts'
import {
  api,
  backend,
  clientToken,
  exchange,
  exchangeGrant,
  inspect,
  openExchangeWorld,
  type Parameters,
  personToken,
  tokenType,
  vault,
} from './exchange-world.ts'

const settings: Partial<TokenExchangeSettings> = { rules: [], applications: ['public', 'portal'] }

/** `bot` and `twin` are agents; alice is of the staff. */
async function openAgentWorld(more: Partial<TokenExchangeSettings> = {}) {
  const claims: Record<string, Record<string, unknown>> = { alice: { groups: ['staff', 'night'] }, bob: {} }
  const find = async (_realm: string, id: string) => (claims[id] === undefined ? undefined : { id, claims: claims[id] })
  const accounts = { find, findByUsername: async () => undefined }
  const world = await openExchangeWorld({ ...settings, ...more }, { ports: { accounts } })
  for (const client_id of ['bot', 'twin']) {
    const agent = { id: `agent-${client_id}`, name: client_id, owners: [], customAttributes: {}, createdAt: 0 }
    const secrets = [{ digest: world.digest(client_id), issuedAt: 0, expiresAt: 0 }]
    world.register({ client_id, metadata: { grant_types: ['client_credentials'], response_types: [] }, secrets, agent })
  }
  let count = 0
  const grant = async (over: Partial<AgentPrivilege> = {}) => {
    count += 1
    const whom = { subjects: ['alice'], subjectGroups: [], scopes: ['read'] }
    const of = { realm: 'test', id: `p${count}`, agent: 'agent-bot', client_id: 'bot', resource: 'public' }
    const privilege = { ...of, ...whom, createdAt: 0, updatedAt: 0, revision: 1, ...over }
    const event = { realm: 'test', type: 'granted', at: 0, actor: 'test', details: {} }
    expect(await world.agents.insertPrivilege(privilege, event)).toBe('done')
    return privilege
  }
  const revoke = (id: string) =>
    world.agents.removePrivilege({ realm: 'test', id }, { realm: 'test', type: 'revoked', at: 0, actor: 'test', details: {} })
  return Object.assign(world, { grant, revoke, claims })
}

type AgentWorld = Awaited<ReturnType<typeof openAgentWorld>>

describe('an agent that exchanges tokens', () => {
  let world: AgentWorld
  beforeEach(async () => {
    world = await openAgentWorld()
  })
  afterEach(() => world.close())

  const set = (change: Partial<TokenExchangeSettings>) =>
    world.change((realm) => ({ ...realm, tokenExchange: { ...realm.tokenExchange, ...change } }))
  const onBehalf = async (more: Parameters = {}, by = 'bot') =>
    exchange(world, by, await personToken(world), { audience: 'public', scope: 'read', ...more })
  const refused = async (attempt: Promise<{ error?: string; error_description?: string; status: number }>) => {
    const { status, error, error_description } = await attempt
    expect(status).toBe(400)
    return `${error}: ${error_description}`
  }

  describe('for a person', () => {
    it('is refused without a privilege for just that agent, application and person', async () => {
      const none = 'invalid_target: no privilege lets this agent act for this subject at public'
      expect(await refused(onBehalf())).toBe(none)
      await world.grant({ subjects: ['bob'] })
      await world.grant({ resource: 'portal' })
      await world.grant({ subjectGroups: ['guests'], subjects: [] })
      await world.grant({ subjects: [] })
      await world.grant({ agent: 'agent-twin', client_id: 'twin' })
      expect(await refused(onBehalf())).toBe(none)
      await world.grant({ subjects: [], subjectGroups: ['guests', 'night'] })
      expect(await onBehalf()).toMatchObject({ status: 200 })
    })

    it('is refused a scope that no privilege covers, and gets those that some do where it asks for none', async () => {
      await world.grant()
      expect(await refused(onBehalf({ scope: 'read mcp:tools' }))).toMatch(/^invalid_scope: beyond the privileges/)
      expect(await onBehalf({ scope: '' })).toMatchObject({ status: 200, scope: 'read' })
      await world.grant({ scopes: ['mcp:tools'] })
      expect(await onBehalf({ scope: 'read mcp:tools' })).toMatchObject({ status: 200, scope: 'read mcp:tools' })
      await world.grant({ scopes: [] })
      expect((await onBehalf({ scope: '' })).scope?.split(' ').sort()).toEqual(['mcp:tools', 'openid', 'read'])
      expect(await refused(onBehalf({ scope: 'email' }))).toMatch(/^invalid_scope: beyond the subject_token/)
    })

    it('is refused at the very next exchange once the privilege is gone', async () => {
      const { id } = await world.grant()
      const token = await personToken(world)
      const again = () => exchange(world, 'bot', token, { audience: 'public' })
      expect(await again()).toMatchObject({ status: 200 })
      await world.revoke(id)
      expect(await refused(again())).toMatch(/^invalid_target/)
    })

    it('is refused with a token of another application, and by the rules of the realm, which are not for agents', async () => {
      await world.grant({ resource: 'portal' })
      const elsewhere = () => onBehalf({ audience: 'portal' })
      expect(await refused(elsewhere())).toMatch(/^invalid_request: subject_token was neither issued/)
      set({ rules: [{ client: 'bot', audiences: [], issuedTo: ['public'] }] })
      expect(await elsewhere()).toMatchObject({ status: 200 })
      expect(await refused(onBehalf())).toMatch(/^invalid_target: no privilege/)
    })

    it('gives a token for both, about the person, that names the agent (R2.22)', async () => {
      await world.grant()
      const { status, access_token, ...rest } = await onBehalf()
      expect(rest).toEqual({
        issued_token_type: tokenType('access_token'),
        token_type: 'Bearer',
        scope: 'read',
        expires_in: expect.any(Number),
      })
      const claims = { sub: 'alice', client_id: 'bot', aud: ['bot', 'public'], act: { sub: 'bot' }, scope: 'read' }
      expect(decodeJwt(access_token)).toMatchObject(claims)
      expect(await inspect(world, access_token)).toMatchObject({ active: true, ...claims })
      expect(status).toBe(200)
    })

    it('tells who acts also where the realm lets others impersonate, and names itself once however often it exchanges', async () => {
      set({ withoutActorToken: 'impersonate' })
      await world.grant()
      const { access_token } = await onBehalf()
      const next = await exchange(world, 'bot', access_token)
      expect(decodeJwt(next.access_token)).toMatchObject({ sub: 'alice', aud: ['bot', 'public'], act: { sub: 'bot' } })
      expect(decodeJwt(next.access_token)['act']).toEqual({ sub: 'bot' })
    })

    it('makes the token for the application that the presented one was issued to, where no audience is named', async () => {
      await world.grant()
      const { access_token } = await onBehalf({ audience: '' })
      expect(decodeJwt(access_token)).toMatchObject({ aud: ['bot', 'public'] })
    })

    it('acts at a protected resource by a privilege for that resource', async () => {
      const token = await personToken(world, { resource: api })
      const there = () => exchange(world, 'bot', token, { audience: api, scope: 'read' })
      await world.grant()
      expect(await refused(there())).toMatch(/^invalid_target/)
      await world.grant({ resource: api })
      expect(decodeJwt((await there()).access_token)).toMatchObject({ sub: 'alice', aud: api, act: { sub: 'bot' } })
      expect(await refused(exchange(world, 'bot', token, { audience: backend, scope: 'read' }))).toMatch(/^invalid_target/)
      await world.grant({ resource: vault })
      expect(await refused(exchange(world, 'bot', token, { audience: vault, scope: 'read' }))).toMatch(/^invalid_request/)
    })

    it('needs a privilege also with a token that the person has given the agent itself', async () => {
      const redirect_uri = 'https://bot.example/cb'
      const bot = world.client('bot')
      const metadata = { ...bot?.metadata, redirect_uris: [redirect_uri], grant_types: ['authorization_code'] }
      world.register({ ...bot, client_id: 'bot', metadata: { ...metadata, response_types: ['code'] } } as never)
      const code = await obtainCode(world, { client_id: 'bot', redirect_uri, scope: 'openid read' })
      const params = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier }
      const { access_token } = await redeem(world, params, basic('bot', 'bot'))
      const there = () => exchange(world, 'bot', access_token, { audience: 'public', scope: 'read' })
      expect(await refused(there())).toMatch(/^invalid_target/)
      await world.grant()
      expect(decodeJwt((await there()).access_token)).toMatchObject({ sub: 'alice', act: { sub: 'bot' } })
    })

    it('is refused while agent, application or person are out of service', async () => {
      await world.grant()
      const token = await personToken(world)
      const attempt = () => exchange(world, 'bot', token, { audience: 'public' })
      const suspend = (client_id: string, state: 'active' | 'suspended') =>
        world.register({ ...world.client(client_id), client_id, state } as never)
      suspend('bot', 'suspended')
      expect(await attempt()).toMatchObject({ status: 401, error: 'invalid_client' })
      suspend('bot', 'active')
      suspend('public', 'suspended')
      expect(await attempt()).toMatchObject({ status: 400 })
      suspend('public', 'active')
      const { alice, ...others } = world.claims
      delete world.claims['alice']
      expect(await refused(attempt())).toMatch(/not known here any more/)
      Object.assign(world.claims, { ...others, alice })
      expect(await attempt()).toMatchObject({ status: 200 })
    })
  })

  describe('for itself', () => {
    const itself = async (more: Parameters = {}) => exchange(world, 'bot', await clientToken(world, 'bot'), more)

    it('is refused at an application where it has no privilege at all, and for a scope that it lacks', async () => {
      expect(await refused(itself({ audience: 'public' }))).toBe('invalid_target: no privilege lets this agent act at public')
      await world.grant({ scopes: ['mcp:tools'] })
      expect(await refused(itself({ audience: 'public', scope: 'read' }))).toMatch(/^invalid_scope/)
    })

    it('gets a token about itself that names itself (R2.23)', async () => {
      await world.grant()
      const { access_token } = await itself({ audience: 'public' })
      expect(decodeJwt(access_token)).toMatchObject({
        ...{ sub: 'bot', client_id: 'bot', aud: ['bot', 'public'], act: { sub: 'bot' }, scope: 'read' },
      })
    })

    it('narrows a token of its own without any privilege, and is named', async () => {
      const { access_token } = await itself({ scope: 'read' })
      expect(await inspect(world, access_token)).toMatchObject({ active: true, sub: 'bot', act: { sub: 'bot' } })
    })

    it('does not act for another client, whatever its privileges', async () => {
      await world.grant({ subjects: ['plain', 'twin'] })
      const token = await clientToken(world, 'twin')
      expect(await refused(exchange(world, 'bot', token, { audience: 'public' }))).toMatch(/^invalid_target/)
    })
  })

  describe('and `may_act`', () => {
    beforeEach(async () => {
      await world.grant()
      set({ requireMayAct: true })
    })
    const delegating = async () =>
      onBehalf({ actor_token: await clientToken(world, 'bot'), actor_token_type: tokenType('access_token') })

    it('is refused with an actor token where nobody may act for the person (R2.24)', async () => {
      expect(await refused(delegating())).toMatch(/^invalid_request: subject_token does not let this party act/)
    })

    it('is refused when the person names somebody else, with an actor token or without', async () => {
      world.claims['alice'] = { may_act: { client_id: 'twin' } }
      expect(await refused(delegating())).toMatch(/may_act/)
      expect(await refused(onBehalf())).toMatch(/may_act/)
    })

    it('is refused with an actor token that is not its own', async () => {
      set({ rules: [{ client: 'bot', audiences: [], issuedTo: ['twin'] }] })
      const actor_token = await clientToken(world, 'twin')
      const attempt = onBehalf({ actor_token, actor_token_type: tokenType('access_token') })
      expect(await refused(attempt)).toMatch(/^invalid_request: an agent acts itself/)
    })

    it('acts when the person names it, and by its privilege alone without an actor token', async () => {
      expect(await onBehalf()).toMatchObject({ status: 200 })
      world.claims['alice'] = { may_act: { sub: 'bot' } }
      const { access_token } = await delegating()
      expect(decodeJwt(access_token)).toMatchObject({ sub: 'alice', act: { sub: 'bot' }, may_act: { sub: 'bot' } })
    })
  })

  describe('and audiences (R2.24)', () => {
    it('is refused an application that the realm does not make tokens for, and one that is not there', async () => {
      await world.grant({ resource: 'gateway' })
      for (const audience of ['gateway', 'nobody']) expect(await refused(onBehalf({ audience }))).toMatch(/^invalid_target/)
      set({ applications: [] })
      expect(await refused(onBehalf())).toMatch(/^invalid_target: audience is neither/)
      set({ applications: 'any' })
      expect(await refused(onBehalf({ audience: 'nobody' }))).toMatch(/^invalid_target: audience is neither/)
    })

    it('has it ignored where the realm says so, and then acts at the application of the presented token alone', async () => {
      set({ unknownAudiences: 'ignore' })
      await world.grant()
      const { access_token } = await onBehalf({ audience: 'gateway' })
      expect(decodeJwt(access_token)).toMatchObject({ aud: ['bot', 'public'] })
      set({ applications: [] })
      const without = await onBehalf({ audience: 'public' })
      expect(await inspect(world, without.access_token)).toMatchObject({ active: true, sub: 'alice', act: { sub: 'bot' } })
    })

    it('is for one of them', async () => {
      await world.grant()
      expect(await refused(onBehalf({ resource: api }))).toMatch(/^invalid_target: .*name one/)
    })
  })

  describe('is told of in the audit trail', () => {
    const told = (type: string) => world.events.filter((event) => event.type === type)

    it('with person, agent, place, scopes, privileges and token', async () => {
      const { id } = await world.grant()
      const { access_token } = await onBehalf()
      const { jti, exp } = decodeJwt(access_token)
      expect(told('token.exchanged')).toEqual([
        {
          realm: 'test',
          type: 'token.exchanged',
          at: expect.any(Number),
          actor: 'client:bot',
          client_id: 'bot',
          details: {
            subject: { user: 'alice' },
            act: { sub: 'bot' },
            agent: 'agent-bot',
            privileges: [id],
            application: 'public',
            issuedTo: 'public',
            scopes: ['read'],
            expiresAt: exp,
            jti,
          },
        },
      ])
    })

    it('for other clients too, and without the value of an opaque token', async () => {
      set({ rules: [{ client: 'gateway', audiences: [], issuedTo: ['public'] }] })
      const { access_token } = await exchange(world, 'gateway', await personToken(world), { audience: vault, scope: 'read' })
      const [event] = told('token.exchanged')
      expect(event?.details).toMatchObject({ subject: { user: 'alice' }, act: { sub: 'gateway' }, resource: vault })
      expect(JSON.stringify(world.events)).not.toContain(access_token)
    })

    it('when it is refused: once a minute, with the number of those in between', async () => {
      const token = await personToken(world)
      const attempt = () => refused(exchange(world, 'bot', token, { audience: 'public' }))
      world.freezeTime()
      for (let times = 0; times < 5; times += 1) expect(await attempt()).toMatch(/no privilege/)
      expect(told('token.exchange-refused')).toMatchObject([
        { actor: 'client:bot', details: { error: 'invalid_target', agent: 'agent-bot', audience: ['public'] } },
      ])
      world.passTime(61)
      expect(await attempt()).toMatch(/no privilege/)
      expect(told('token.exchange-refused')[1]).toMatchObject({ details: { unrecorded: 4 } })
    })

    it('but not when somebody asks who has not authenticated', async () => {
      const headers = { authorization: `Basic ${Buffer.from('bot:wrong').toString('base64')}` }
      const attempt = await exchange(world, { client_id: 'bot', headers }, await personToken(world))
      expect(attempt).toMatchObject({ status: 401 })
      expect(told('token.exchange-refused')).toEqual([])
    })
  })

  it('costs one write, the audit event included, and one look at the privileges', async () => {
    await world.grant()
    const token = await personToken(world)
    const calls: string[] = []
    const writes = ['upsert', 'insertOnce', 'consume', 'destroy', 'destroyByGrant'] as const
    const counted =
      (name: string, work: (...parameters: never[]) => unknown) =>
      (...parameters: never[]) => {
        calls.push(name)
        return work(...parameters)
      }
    for (const name of writes) Object.assign(world.objects, { [name]: counted(name, world.objects[name]) })
    Object.assign(world.agents, { findCovering: counted('findCovering', world.agents.findCovering) })
    expect(await exchange(world, 'bot', token, { audience: 'public', scope: 'read' })).toMatchObject({ status: 200 })
    expect(calls).toEqual(['findCovering', 'upsert'])
    expect(world.events.filter(({ type }) => type === 'token.exchanged')).toHaveLength(1)
  })

  it('has to authenticate, also where public clients may exchange', async () => {
    set({ publicClients: true })
    const metadata = { ...world.client('bot')?.metadata, token_endpoint_auth_method: 'none' }
    world.register({ ...world.client('bot'), client_id: 'bot', metadata } as never)
    await world.grant()
    const params = { client_id: 'bot', grant_type: exchangeGrant, subject_token: await personToken(world) }
    const response = await world.post('/token', { ...params, subject_token_type: tokenType('access_token') })
    expect(await response.json()).toMatchObject({ error: 'unauthorized_client' })
  })

  it('leaves other clients to the rules of the realm, which can make tokens for applications as well', async () => {
    set({ rules: [{ client: 'gateway', audiences: [], issuedTo: ['public'] }] })
    const { access_token } = await onBehalf({}, 'gateway')
    expect(decodeJwt(access_token)).toMatchObject({ sub: 'alice', aud: ['gateway', 'public'], act: { sub: 'gateway' } })
  })
})
