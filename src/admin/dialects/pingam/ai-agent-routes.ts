import { Type } from 'typebox'
import type { Client, JsonObject } from '../../../registration/index.ts'
import { type AdminRoute, adminRoute } from '../../admin-route.ts'
import type { AdminPorts } from '../../ports.ts'
import { Problem } from '../../problem.ts'
import { presentAiAgent, readAiAgent, type WrittenAiAgent } from './ai-agent-attributes.ts'
import { readManagedAgent } from './managed-agent.ts'
import { realmConfigPath, requirePingamRealm } from './pingam-realm.ts'

const path = `${realmConfigPath}/agents/AIAgent/:id`
const body = Type.Object({}, { additionalProperties: true })
const params = Type.Object({
  realm: Type.String({ maxLength: 63 }),
  /** The `client_id`. */
  id: Type.String({ pattern: '^[\\x21-\\x7E]{1,255}$' }),
})

/** An AI agent as PingAM configures it: its client, and who it is. */
export function aiAgentRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [read(ports), write(ports), remove(ports)]
}

function read(ports: AdminPorts): AdminRoute {
  return adminRoute({
    ...{ method: 'GET', path, params, summary: 'Read an AI agent' },
    answers: { 200: { description: 'As it is now', schema: body } },
    handle: async ({ params: { realm, id } }) => ({ status: 200, body: presentAiAgent(await find(ports, realm, id)) }),
  })
}

function write(ports: AdminPorts): AdminRoute {
  return adminRoute({
    ...{ method: 'PUT', path, params, body, summary: 'Make or change an AI agent; what is left out stays as it is' },
    answers: {
      200: { description: 'As it is now, and what of the request this server does not have', schema: body },
      201: { description: 'As it was made, with its secret', schema: body },
    },
    handle: async ({ params: { realm, id }, body: sent, actor }) => {
      const written = readAiAgent(sent as JsonObject)
      const order = { ports, realm, id, actor, written }
      const current = await findClient(ports, realm, id)
      const answer = current === undefined ? await create(order) : await change(order, current)
      const ignored = written.ignored.length === 0 ? {} : { _ignored: written.ignored }
      return { ...answer, body: { ...answer.body, ...ignored } }
    },
  })
}

interface Order {
  readonly ports: AdminPorts
  readonly realm: string
  readonly id: string
  readonly actor: string
  readonly written: WrittenAiAgent
}

async function create({ ports, realm: name, id, actor, written }: Order) {
  const realm = requirePingamRealm(ports.realms, name)
  const { owners: _, ...agent } = readManagedAgent(written.identity)
  const order = { realm, actor, client_id: id, firstParty: false, body: written.metadata as JsonObject, agent }
  const { client, client_secret } = await ports.agents.register(order)
  const shown = await withState(ports, client, written, actor)
  return { status: 201, body: presentAiAgent(shown, client_secret) }
}

/** First what can be refused most: the client's metadata. */
async function change({ ports, realm: name, id, actor, written }: Order, current: Client) {
  const realm = requirePingamRealm(ports.realms, name)
  if (current.agent === undefined) throw absent()
  const patch = written.metadata as JsonObject
  if (Object.keys(patch).length > 0) await ports.registration.mergeByAdministrator({ realm, client_id: id, actor, body: patch })
  if (Object.keys(written.identity).length > 0) {
    const { owners: _, ...said } = readManagedAgent(written.identity)
    const { description, customAttributes, owners } = current.agent
    const before = { ...(description === undefined ? {} : { description }), customAttributes, owners }
    await ports.agents.describe({ realm, id: current.agent.id, actor }, { ...before, ...said })
  }
  return { status: 200, body: presentAiAgent(await withState(ports, await find(ports, name, id), written, actor)) }
}

async function withState(ports: AdminPorts, client: Client, { isActive }: WrittenAiAgent, actor: string): Promise<Client> {
  if (isActive === undefined || isActive === (client.state === 'active')) return client
  const realm = requirePingamRealm(ports.realms, client.realm)
  return (await ports.clients.setState(realm, client.client_id, isActive ? 'active' : 'suspended', actor)) ?? client
}

function remove(ports: AdminPorts): AdminRoute {
  return adminRoute({
    ...{ method: 'DELETE', path, params, summary: 'Remove an AI agent with everything that it holds' },
    answers: { 200: { description: 'As it was', schema: body } },
    handle: async ({ params: { realm, id }, actor }) => {
      const client = await find(ports, realm, id)
      await ports.clients.remove(requirePingamRealm(ports.realms, realm), id, actor)
      return { status: 200, body: presentAiAgent(client) }
    },
  })
}

async function find(ports: AdminPorts, realm: string, id: string): Promise<Client> {
  const client = await findClient(ports, realm, id)
  if (client?.agent === undefined) throw absent()
  return client
}

async function findClient({ realms, clients }: AdminPorts, realm: string, id: string): Promise<Client | undefined> {
  requirePingamRealm(realms, realm)
  return clients.find(realm, id)
}

function absent(): Problem {
  return new Problem(404, 'not_found', 'there is no AI agent of this name in this realm')
}
