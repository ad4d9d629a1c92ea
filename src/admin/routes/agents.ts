import { type Static, Type } from 'typebox'
import type { AgentDescription, Client, ClientInformation, JsonObject } from '../../registration/index.ts'
import { type AdminRoute, adminRoute } from '../admin-route.ts'
import { page } from '../contract.ts'
import { credentials } from '../contract-admission.ts'
import { agent, agentChange, agentQuery, newAgent } from '../contract-agents.ts'
import type { AdminPorts } from '../ports.ts'
import { presentAgent } from '../present-agent.ts'
import { Problem } from '../problem.ts'
import { notFound, pageOf, realmParams, realmPath, requireRealm, tokenParams } from './realm-path.ts'

const path = `${realmPath}/agents`
const onePath = `${path}/:id`
const idOf = (client: Client): string => client.agent?.id ?? ''
const withCredentials = Type.Object({ ...agent.properties, ...credentials }, { additionalProperties: false })

/** Agents: clients with an identity, owners and privileges. Their metadata and credentials are administered with the client. */
export function agentRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [list(ports), create(ports), read(ports), change(ports), remove(ports)]
}

function list({ realms, agents }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path,
    summary: 'List the agents of a realm, newest first',
    params: realmParams,
    query: agentQuery,
    answers: { 200: { description: 'A page of agents', schema: page(agent) } },
    handle: async ({ params, query }) => {
      requireRealm(realms, params.realm)
      const found = await agents.list({ ...query, realm: params.realm, limit: query.limit + 1 })
      return { status: 200, body: pageOf(found, query.limit, { idOf, present: presentAgent }) }
    },
  })
}

function create({ realms, agents }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'POST',
    path,
    summary: 'Make a client an agent, or register an agent with its client, whose secret is in this answer and nowhere else',
    params: realmParams,
    body: newAgent,
    answers: { 201: { description: 'The agent, and the credentials of a client that is new', schema: withCredentials } },
    handle: async ({ params, body: { client_id, client, ...said }, actor }) => {
      const realm = requireRealm(realms, params.realm)
      if ((client_id === undefined) === (client === undefined)) throw eitherClient()
      const order = { realm, actor, agent: descriptionOf(said) }
      const made = client === undefined ? await appointed() : await agents.register({ ...order, ...clientOf(client) })
      const location = `/admin/v1/realms/${realm.name}/agents/${encodeURIComponent(idOf(made.client))}`
      return { status: 201, body: { ...presentAgent(made.client), ...credentialsIn(made) }, headers: { location } }

      async function appointed(): Promise<ClientInformation> {
        const found = await agents.appoint({ ...order, client_id: client_id ?? '' })
        if (found === undefined) throw notFound('client')
        return { client: found }
      }
    },
  })
}

function clientOf({ client_id, firstParty = false, ...metadata }: NonNullable<Static<typeof newAgent>['client']>) {
  return { firstParty, body: metadata as JsonObject, ...(client_id === undefined ? {} : { client_id }) }
}

function credentialsIn({ client_secret, client_secret_expires_at }: ClientInformation): object {
  return client_secret === undefined ? {} : { client_secret, client_secret_expires_at }
}

function eitherClient(): Problem {
  const message = 'give either client_id, of a client that becomes an agent, or client, the metadata of a new one'
  const errors = [{ pointer: '/client_id', code: 'invalid_value', message }]
  return new Problem(400, 'invalid_request', message, { errors })
}

function descriptionOf({ customAttributes, ...said }: Omit<Static<typeof agentChange>, 'revision'>): AgentDescription {
  return { ...said, ...(customAttributes === undefined ? {} : { customAttributes: customAttributes as JsonObject }) }
}

function read({ realms, agents }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path: onePath,
    summary: 'Read an agent',
    params: tokenParams,
    answers: { 200: { description: 'The agent', schema: agent } },
    handle: async ({ params }) => {
      requireRealm(realms, params.realm)
      const found = await agents.find(params.realm, params.id)
      if (found === undefined) throw notFound('agent')
      return { status: 200, body: presentAgent(found) }
    },
  })
}

function change({ realms, agents }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'PUT',
    path: onePath,
    summary: 'Replace what is said of an agent; a name that is left out stays',
    params: tokenParams,
    body: agentChange,
    answers: { 200: { description: 'The agent as it is now', schema: agent } },
    handle: async ({ params, body: { revision, ...said }, actor }) => {
      const realm = requireRealm(realms, params.realm)
      const key = { realm, id: params.id, actor, ...(revision === undefined ? {} : { revision }) }
      const changed = await agents.describe(key, descriptionOf(said))
      if (changed === undefined) throw notFound('agent')
      return { status: 200, body: presentAgent(changed) }
    },
  })
}

function remove({ realms, agents }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'DELETE',
    path: onePath,
    summary: 'Delete an agent with its client, its privileges and everything else that it holds',
    params: tokenParams,
    answers: { 204: { description: 'Deleted' } },
    handle: async ({ params, actor }) => {
      const realm = requireRealm(realms, params.realm)
      if (!(await agents.remove({ realm, id: params.id, actor }))) throw notFound('agent')
      return { status: 204 }
    },
  })
}
