import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  AgentPrivilege,
  AgentStore,
  AuditEvent,
  Client,
  PrivilegeNeed,
  RegistrationStore,
} from '../../../src/registration/index.ts'
import { at, insertion, removal, replacement, sampleClient, sampleEvent } from './samples.ts'

export interface AgentStoreUnderTest {
  readonly registration: RegistrationStore
  readonly agents: AgentStore
  events(type: string): Promise<readonly AuditEvent[]>
  close(): Promise<void>
}

export function describeAgentStore(name: string, open: () => Promise<AgentStoreUnderTest>): void {
  describe(name, () => {
    let world: AgentStoreUnderTest
    let agents: AgentStore
    beforeAll(async () => {
      world = await open()
      agents = world.agents
    })
    afterAll(() => world.close())

    const anAgent = async (over: Partial<Client> = {}, identity: Parameters<typeof agentOf>[1] = {}) => {
      const client = agentOf(over, identity)
      await world.registration.commit(insertion(client))
      return client
    }
    const grant = async (client: Client, over: Partial<AgentPrivilege> = {}) => {
      const privilege = privilegeOf(client, over)
      expect(await agents.insertPrivilege(privilege, sampleEvent({ realm: client.realm }))).toBe('done')
      return privilege
    }
    const covering = async (client: Client, over: Partial<PrivilegeNeed> = {}) => {
      const found = await agents.findCovering({ realm: client.realm, agent: idOf(client), resource: 'app', ...over })
      return found.map(({ id }) => id).sort()
    }

    describe('agents', () => {
      it('are not found by what is no agent of the realm', async () => {
        const agent = await anAgent()
        const plain = sampleClient()
        await world.registration.commit(insertion(plain))
        expect(await agents.find('other', idOf(agent))).toBeUndefined()
        expect(await agents.find('default', agent.client_id)).toBeUndefined()
        expect(await agents.find('default', plain.client_id)).toBeUndefined()
        expect(await agents.find('default', 'nul\0')).toBeUndefined()
      })

      it('are found as they were kept, whatever their attributes hold', async () => {
        const agent = await anAgent()
        expect(await agents.find('default', idOf(agent))).toEqual(agent)
        const changed = agentOf({ ...agent, revision: 2 }, { name: 'Another', owners: [] })
        await world.registration.commit(replacement(changed, 1))
        expect((await agents.find('default', idOf(changed)))?.agent).toEqual(changed.agent)
        expect(await agents.find('default', idOf(agent))).toBeUndefined()
      })

      it('are listed page by page, by name, owner, client and state, without those of other realms', async () => {
        const realm = randomUUID()
        const some = [
          await anAgent({ realm }, { id: 'a1', name: 'Concierge', owners: ['ann'] }),
          await anAgent({ realm, state: 'suspended' }, { id: 'a2', name: 'Ticket 100%', owners: ['ann', 'bob'] }),
          await anAgent({ realm }, { id: 'a3', name: 'Plumber', owners: [] }),
        ]
        await world.registration.commit(insertion(sampleClient({ realm })))
        const ids = async (query: object) => (await agents.list({ realm, limit: 10, ...query })).map((client) => client.agent?.id)
        expect(await ids({})).toEqual(['a3', 'a2', 'a1'])
        expect(await ids({ limit: 2 })).toEqual(['a3', 'a2'])
        expect(await ids({ after: 'a2' })).toEqual(['a1'])
        expect(await ids({ name: 'CIER' })).toEqual(['a1'])
        expect(await ids({ name: '0%' })).toEqual(['a2'])
        expect(await ids({ name: '_' })).toEqual([])
        expect(await ids({ owner: 'ann' })).toEqual(['a2', 'a1'])
        expect(await ids({ client_id: some[2]?.client_id })).toEqual(['a3'])
        expect(await ids({ state: 'suspended' })).toEqual(['a2'])
        expect(await agents.list({ realm: 'other', limit: 10 })).toEqual([])
      })
    })

    describe('privileges', () => {
      it('are not given to an agent that is not there, or to the client of another', async () => {
        const [agent, another] = [await anAgent(), await anAgent()]
        const event = sampleEvent({ type: 'privilege.test-in-vain' })
        for (const wrong of [{ agent: randomUUID() }, { client_id: another.client_id }, { realm: 'other' }]) {
          expect(await agents.insertPrivilege(privilegeOf(agent, wrong), event)).toBe('absent')
        }
        expect(await world.events('privilege.test-in-vain')).toEqual([])
      })

      it('keep what they say, and their ids to themselves', async () => {
        const agent = await anAgent()
        const privilege = await grant(agent)
        expect(await agents.findPrivilege('default', privilege.id)).toEqual(privilege)
        expect(await agents.findPrivilege('other', privilege.id)).toBeUndefined()
        expect(await agents.insertPrivilege({ ...privilege, scopes: [] }, sampleEvent())).toBe('taken')
        expect(await agents.findPrivilege('default', privilege.id)).toEqual(privilege)
      })

      it('change only from what they were thought to be, and never their agent', async () => {
        const [agent, another] = [await anAgent(), await anAgent()]
        const privilege = await grant(agent)
        const { description: _, resource: __, ...rest } = privilege
        const next = { ...rest, subjects: ['carol'], updatedAt: at + 5, agent: idOf(another), client_id: another.client_id }
        expect(await agents.replacePrivilege(next, 2, sampleEvent())).toBe(false)
        expect(await agents.replacePrivilege({ ...next, realm: 'other' }, 1, sampleEvent())).toBe(false)
        expect(await agents.replacePrivilege(next, 1, sampleEvent())).toBe(true)
        const expected = { ...next, agent: idOf(agent), client_id: agent.client_id, revision: 2 }
        expect(await agents.findPrivilege('default', privilege.id)).toEqual(expected)
      })

      it('are removed once, and told of once', async () => {
        const privilege = await grant(await anAgent())
        const type = `privilege.${privilege.id}`
        expect(await agents.removePrivilege({ realm: 'other', id: privilege.id }, sampleEvent({ type }))).toBe(false)
        expect(await agents.removePrivilege(privilege, sampleEvent({ type }))).toBe(true)
        expect(await agents.removePrivilege(privilege, sampleEvent({ type }))).toBe(false)
        expect(await world.events(type)).toHaveLength(1)
      })

      it('are listed page by page, by agent, resource and subject', async () => {
        const realm = randomUUID()
        const [one, two] = [await anAgent({ realm }), await anAgent({ realm })]
        await grant(one, { id: 'p1', subjects: ['ann'] })
        await grant(one, { id: 'p2', resource: 'shop', subjects: [] })
        await grant(two, { id: 'p3', subjects: ['ann', 'bob'] })
        const ids = async (query: object) => (await agents.listPrivileges({ realm, limit: 10, ...query })).map(({ id }) => id)
        expect(await ids({})).toEqual(['p3', 'p2', 'p1'])
        expect(await ids({ limit: 1, after: 'p3' })).toEqual(['p2'])
        expect(await ids({ agent: idOf(one) })).toEqual(['p2', 'p1'])
        expect(await ids({ resource: 'shop' })).toEqual(['p2'])
        expect(await ids({ subject: 'ann' })).toEqual(['p3', 'p1'])
        expect(await agents.listPrivileges({ realm: 'other', limit: 10 })).toEqual([])
      })

      it('cover whom they name, by id or group, at their resource and nowhere else', async () => {
        const [agent, another] = [await anAgent(), await anAgent()]
        await grant(another, { subjects: ['ann'] })
        await grant(agent, { resource: 'shop', subjects: ['ann'] })
        const { id } = await grant(agent, { subjects: ['ann'], subjectGroups: ['staff'] })
        const nowhere = await grant(agent, { subjects: ['ann'] })
        const { resource: _, ...rest } = nowhere
        await agents.replacePrivilege(rest, 1, sampleEvent())
        expect(await covering(agent, { subject: { id: 'bob', groups: ['guests'] } })).toEqual([])
        expect(await covering(agent, { subject: { id: 'ann', groups: [] }, realm: 'other' })).toEqual([])
        expect(await covering(agent, { subject: { id: 'ann', groups: [] } })).toEqual([id])
        expect(await covering(agent, { subject: { id: 'bob', groups: ['guests', 'staff'] } })).toEqual([id])
        expect(await covering(agent)).toEqual([id])
        expect(await covering(agent, { resource: 'nul\0' })).toEqual([])
      })

      it('go with their agent, and with the application that they are for', async () => {
        const [agent, application] = [await anAgent(), sampleClient()]
        await world.registration.commit(insertion(application))
        const own = await grant(agent)
        const there = await grant(await anAgent(), { resource: application.client_id })
        await world.registration.commit(removal(agent))
        await world.registration.commit(removal(application))
        expect(await agents.findPrivilege('default', own.id)).toBeUndefined()
        expect(await agents.findPrivilege('default', there.id)).toBeUndefined()
        expect(await agents.find('default', idOf(agent))).toBeUndefined()
      })

      it('go with an agent that makes room for another client', async () => {
        const realm = randomUUID()
        const agent = await anAgent({ realm })
        const privilege = await grant(agent)
        const limits = [{ group: { kind: 'realm' }, max: 1, evictUnused: true }] as const
        await world.registration.commit(insertion(sampleClient({ realm }), { limits }))
        expect(await agents.find(realm, idOf(agent))).toBeUndefined()
        expect(await agents.findPrivilege(realm, privilege.id)).toBeUndefined()
      })
    })
  })
}

export function idOf({ agent }: Client): string {
  return agent?.id ?? ''
}

export function agentOf(over: Partial<Client> = {}, identity: Partial<NonNullable<Client['agent']>> = {}): Client {
  const agent = {
    id: randomUUID(),
    name: 'nul \0 half \ud800 Agent',
    description: 'does things',
    owners: ['ann'],
    customAttributes: { team: 'blue', nul: '\0' },
    createdAt: at,
  }
  return { ...sampleClient(over), agent: { ...agent, ...identity } }
}

export function privilegeOf(client: Client, over: Partial<AgentPrivilege> = {}): AgentPrivilege {
  return {
    realm: client.realm,
    id: randomUUID(),
    agent: idOf(client),
    client_id: client.client_id,
    resource: 'app',
    subjects: ['ann'],
    subjectGroups: ['staff'],
    scopes: ['read'],
    description: 'for the help desk',
    createdAt: at,
    updatedAt: at,
    revision: 1,
    ...over,
  }
}
