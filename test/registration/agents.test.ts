import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { definePolicy, refuse, standardDialect } from '../../src/registration/index.ts'
import { refusalOf } from '../support/refusal-of.ts'
import { createWorld, credentialsOf } from '../support/world.ts'

const body = { redirect_uris: ['https://agent.example/cb'], client_name: 'Concierge' }

function world(over: Parameters<typeof createWorld>[0] = {}, parts: Parameters<typeof createWorld>[1] = {}) {
  const made = createWorld({ initialAccessTokenRequired: false, agentsAllowed: true, ...over }, parts)
  const registerAgent = (said: object = body) =>
    made.registration.register({
      ...{ realm: made.realm, body: said as never, source: { address: '192.0.2.1' }, dialect: standardDialect },
      isForAgents: true,
    })
  return { ...made, made, registerAgent }
}

describe('agents that register themselves', () => {
  it('are refused where the realm does not want them', async () => {
    const { registerAgent } = world({ agentsAllowed: false })
    expect(await refusalOf(registerAgent())).toMatchObject({ code: 'access_denied' })
  })

  it('are refused an id of their own choice (R2.20)', async () => {
    const { registerAgent, store } = world()
    const refusal = await refusalOf(registerAgent({ ...body, client_id: 'me' }))
    expect(refusal.violations).toMatchObject([{ code: 'invalid_client_metadata', member: 'client_id' }])
    expect(store.events).toEqual([])
    expect((await registerAgent({ ...body, client_id: null })).client.client_id).not.toBe('me')
  })

  it('become client and agent in one change, named after the client, with nobody for whom they may act', async () => {
    const { registerAgent, agents, store, now } = world()
    const { client } = await registerAgent()
    expect(client.agent).toEqual({
      ...{ id: expect.any(String), name: 'Concierge', owners: [], customAttributes: {}, createdAt: now },
    })
    expect(await agents.find('default', client.agent?.id ?? '')).toEqual(client)
    expect(await agents.listPrivileges({ realm: 'default', limit: 10 })).toEqual([])
    expect(store.events).toMatchObject([{ type: 'client.registered', details: { agent: { name: 'Concierge' } } }])
  })

  it('stay agents whatever they do with their registration, and go with it', async () => {
    const { registerAgent, update, patch, remove, agents, store } = world()
    const information = await registerAgent()
    const id = information.client.agent?.id ?? ''
    const updated = await update(credentialsOf(information), {
      ...body,
      client_id: information.client.client_id,
      client_name: 'Renamed',
      agent: null,
    })
    const patched = await patch(credentialsOf(updated), { contacts: ['ops@agent.example'] })
    expect((await agents.find('default', id))?.agent).toEqual(information.client.agent)
    await remove(credentialsOf(patched))
    expect(await agents.find('default', id)).toBeUndefined()
    expect(store.events.at(-1)).toMatchObject({ type: 'client.deleted', details: { agent: { id } } })
  })

  it('are judged by the policies for agents, and others by those for others', async () => {
    const told: unknown[] = []
    const never = definePolicy({
      name: 'never',
      summary: 'Nobody.',
      cites: ['test'],
      concerns: 'metadata',
      options: Type.Object({}),
      judge(context) {
        told.push(context.isAgent)
        return [refuse('access_denied', 'scope', 'not today')]
      },
      examples: { options: {}, allows: [], refuses: [] },
    })
    const types = [never]
    const policies = { find: () => never, all: () => types }
    const { made } = world({}, { policies } as never)
    const instance = { id: 'p', policy: 'never', options: {}, enabled: true, onlyBound: false }
    const chain = (appliesTo: 'agents' | 'others') => {
      made.realm = { ...made.realm, policies: [{ ...instance, appliesTo }] }
    }
    const agent = () =>
      made.registration.register({
        ...{ realm: made.realm, body, source: {}, dialect: standardDialect, isForAgents: true },
      })
    chain('agents')
    expect(await refusalOf(agent())).toMatchObject({ code: 'access_denied' })
    await made.register(body)
    chain('others')
    await agent()
    expect(await refusalOf(made.register(body))).toMatchObject({ code: 'access_denied' })
    expect(told).toEqual([true, false])
  })
})
