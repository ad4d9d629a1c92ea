import type { Client } from '../../registration/index.ts'
import { type AdminRoute, type Answer, adminRoute } from '../admin-route.ts'
import { client, clientQuery, page } from '../contract.ts'
import type { AdminPorts, ClientQuery } from '../ports.ts'
import { presentClient } from '../present.ts'
import { clientParams, notFound, pageOf, realmParams, realmPath, requireRealm } from './realm-path.ts'

const onePath = `${realmPath}/clients/:client_id`
const idOf = ({ client_id }: Client): string => client_id

export function clientRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [list(ports), read(ports), remove(ports), action(ports, 'suspend', 'suspended'), action(ports, 'resume', 'active')]
}

function list({ realms, clients }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path: `${realmPath}/clients`,
    summary: 'List the clients of a realm, newest first',
    params: realmParams,
    query: clientQuery,
    answers: { 200: { description: 'A page of clients', schema: page(client) } },
    handle: async ({ params, query: { property, ...query } }) => {
      requireRealm(realms, params.realm)
      const wanted = { ...query, ...propertyOf(property), realm: params.realm, limit: query.limit + 1 }
      const found = await clients.list(wanted)
      return { status: 200, body: pageOf(found, query.limit, { idOf, present: presentClient }) }
    },
  })
}

function read({ realms, clients }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path: onePath,
    summary: 'Read a client',
    params: clientParams,
    answers: { 200: { description: 'The client', schema: client } },
    handle: async ({ params }) => {
      requireRealm(realms, params.realm)
      return presentOrRefuse(await clients.find(params.realm, params.client_id))
    },
  })
}

function remove({ realms, clients }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'DELETE',
    path: onePath,
    summary: 'Delete a client with everything that it holds',
    params: clientParams,
    answers: { 204: { description: 'Deleted' } },
    handle: async ({ params, actor }) => {
      const realm = requireRealm(realms, params.realm)
      if (!(await clients.remove(realm, params.client_id, actor))) throw notFound('client')
      return { status: 204 }
    },
  })
}

function action({ realms, clients }: AdminPorts, name: 'suspend' | 'resume', state: 'suspended' | 'active'): AdminRoute {
  return adminRoute({
    method: 'POST',
    path: `${onePath}/${name}`,
    summary: name === 'suspend' ? 'Suspend a client: it can do nothing until it is resumed' : 'Resume a suspended client',
    params: clientParams,
    answers: { 200: { description: 'The client as it is now', schema: client } },
    handle: async ({ params, actor }) => {
      const realm = requireRealm(realms, params.realm)
      return presentOrRefuse(await clients.setState(realm, params.client_id, state, actor))
    },
  })
}

function presentOrRefuse(found: Client | undefined): Answer {
  if (found === undefined) throw notFound('client')
  return { status: 200, body: presentClient(found) }
}

function propertyOf(given: string | undefined): Pick<ClientQuery, 'property'> {
  if (given === undefined) return {}
  const at = given.indexOf('=')
  return { property: { name: given.slice(0, at), value: given.slice(at + 1) } }
}
