import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/stores/memory/index.ts'
import { agentOf, describeAgentStore, idOf, privilegeOf } from './contract/agents-contract.ts'
import { at, insertion, sampleEvent } from './contract/samples.ts'
import { servers } from './contract/servers.ts'
import { openTwoNodes } from './contract/two-nodes.ts'

describeAgentStore('agents in the memory store', async () => {
  const { registration, agents, events } = createMemoryStore()
  const ofType = async (type: string) => events.filter((event) => event.type === type)
  return { registration, agents, events: ofType, close: async () => undefined }
})

for (const [name, server] of servers) {
  describeAgentStore(`agents in the SQL store on ${name}`, async () => {
    const { nodes, close } = await openTwoNodes(server)
    const [{ registration, agents, audit }] = nodes
    return { registration, agents, events: (type) => audit.list({ realm: 'default', type, limit: 100 }), close }
  })
}

describe('the SQL store with agents', () => {
  it('purges an agent whose time is over together with its privileges, and those at it', async () => {
    const { nodes, close } = await openTwoNodes()
    const [{ registration, agents, purge }] = nodes
    const [ended, staying] = [agentOf({ expiresAt: at + 10 }), agentOf()]
    for (const agent of [ended, staying]) await registration.commit(insertion(agent))
    const [own, there, elsewhere] = [
      privilegeOf(ended),
      privilegeOf(staying, { resource: ended.client_id }),
      privilegeOf(staying),
    ]
    for (const privilege of [own, there, elsewhere]) await agents.insertPrivilege(privilege, sampleEvent())
    await purge({ now: at + 10 })
    const left = await agents.listPrivileges({ realm: 'default', limit: 10 })
    expect(left.map(({ id }) => id)).toEqual([elsewhere.id])
    expect(await agents.find('default', idOf(ended))).toBeUndefined()
    await close()
  })

  it('finds those that cover an exchange in one round trip', async () => {
    const { nodes, close } = await openTwoNodes()
    const [{ registration, agents, statistics }, another] = nodes
    const agent = agentOf()
    await registration.commit(insertion(agent))
    const grant = (index: number) =>
      (index % 2 === 0 ? agents : another.agents).insertPrivilege(
        privilegeOf(agent, { resource: `app-${index % 500}`, subjects: [`user-${index}`], subjectGroups: [] }),
        sampleEvent(),
      )
    for (let from = 0; from < 5000; from += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, index) => grant(from + index)))
    }
    const before = statistics().roundTrips
    const need = { realm: 'default', agent: idOf(agent), resource: 'app-7', subject: { id: 'user-4507', groups: ['g'] } }
    expect(await agents.findCovering(need)).toHaveLength(1)
    expect(statistics().roundTrips - before).toBe(1)
    await close()
  })
})
