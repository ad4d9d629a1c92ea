import { type AdminRoute, adminRoute } from '../admin-route.ts'
import { client, page, pageQuery } from '../contract.ts'
import { clientRevision, decisionNote, refusalNote } from '../contract-admission.ts'
import type { AdminPorts } from '../ports.ts'
import { presentClient } from '../present.ts'
import { presentRevision } from '../present-admission.ts'
import { Problem } from '../problem.ts'
import { clientParams, notFound, realmPath, requireRealm } from './realm-path.ts'

const onePath = `${realmPath}/clients/:client_id`

export function reviewedClientRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [approve(ports), refuse(ports), history(ports)]
}

function approve({ realms, registration }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'POST',
    path: `${onePath}/approve`,
    summary: 'Wake a client that waits',
    params: clientParams,
    body: decisionNote,
    answers: { 200: { description: 'The client as it is now', schema: client } },
    handle: async ({ params, body, actor }) => {
      const realm = requireRealm(realms, params.realm)
      const found = await registration.approve({ realm, client_id: params.client_id, actor, ...lookedAt(body) }, body.note)
      if (found === undefined) throw notFound('client')
      return { status: 200, body: presentClient(found) }
    },
  })
}

function refuse({ realms, registration }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'POST',
    path: `${onePath}/refuse`,
    summary: 'Refuse a client that waits, and tell it why',
    params: clientParams,
    body: refusalNote,
    answers: { 200: { description: 'The client as it is now', schema: client } },
    handle: async ({ params, body, actor }) => {
      const realm = requireRealm(realms, params.realm)
      const found = await registration.refuse({ realm, client_id: params.client_id, actor, ...lookedAt(body) }, body.note)
      if (found === undefined) throw notFound('client')
      if (found.review?.decision !== 'refused')
        throw new Problem(409, 'not_waiting', 'this client does not wait for a decision; suspend or delete it instead')
      return { status: 200, body: presentClient(found) }
    },
  })
}

function lookedAt({ revision }: { readonly revision?: number }): { readonly revision?: number } {
  return revision === undefined ? {} : { revision }
}

function history({ realms, clients }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path: `${onePath}/history`,
    summary: 'List what a client is and was, newest first; of a client that is gone, too',
    params: clientParams,
    query: pageQuery,
    answers: { 200: { description: 'A page of revisions', schema: page(clientRevision) } },
    handle: async ({ params, query }) => {
      requireRealm(realms, params.realm)
      const found = await clients.history({ ...params, ...query, limit: query.limit + 1 })
      if (found.length === 0 && query.after === undefined) throw notFound('client')
      const shown = found.slice(0, query.limit)
      const items = shown.map((entry, index) => presentRevision(entry, found[index + 1]))
      const next = found.length > query.limit ? shown.at(-1)?.madeBy?.id : undefined
      return { status: 200, body: next === undefined ? { items } : { items, next } }
    },
  })
}
