import { Type } from 'typebox'
import { type AdminRoute, adminRoute } from '../admin-route.ts'
import { page } from '../contract.ts'
import { delivery, deliveryQuery } from '../contract-admission.ts'
import type { AdminPorts, Delivery } from '../ports.ts'
import { presentEvent } from '../present.ts'
import { notFound, pageOf, realmParams, realmPath, requireRealm } from './realm-path.ts'

const path = `${realmPath}/webhook-deliveries`
const deliveryParams = Type.Object({
  realm: Type.String({ maxLength: 63 }),
  id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,511}$' }),
})

export function webhookDeliveryRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [list(ports), retry(ports), discard(ports)]
}

function list({ realms, deliveries }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path,
    summary: 'List events that webhooks have not received yet, newest first; `state=dead`: those that are given up',
    params: realmParams,
    query: deliveryQuery,
    answers: { 200: { description: 'A page of deliveries', schema: page(delivery) } },
    handle: async ({ params, query }) => {
      requireRealm(realms, params.realm)
      const found = await deliveries.list({ ...query, realm: params.realm, limit: query.limit + 1 })
      return { status: 200, body: pageOf(found, query.limit, { idOf: ({ id }) => id, present: presentDelivery }) }
    },
  })
}

function presentDelivery({ id, webhook, event, state, attempts, nextAt, lastError, createdAt }: Delivery): object {
  return {
    ...{ id, webhook, event: presentEvent(event), state, attempts, nextAt, createdAt },
    ...(lastError === undefined ? {} : { lastError }),
  }
}

function retry({ realms, deliveries, now }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'POST',
    path: `${path}/:id/retry`,
    summary: 'Try a delivery again that was given up',
    params: deliveryParams,
    answers: { 202: { description: 'It is due' } },
    handle: async ({ params }) => {
      requireRealm(realms, params.realm)
      if (!(await deliveries.retry(params, now()))) throw notFound('delivery that was given up')
      return { status: 202 }
    },
  })
}

function discard({ realms, deliveries }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'DELETE',
    path: `${path}/:id`,
    summary: 'Give up a delivery for good',
    params: deliveryParams,
    answers: { 204: { description: 'It is gone' } },
    handle: async ({ params }) => {
      requireRealm(realms, params.realm)
      if (!(await deliveries.discard(params))) throw notFound('delivery')
      return { status: 204 }
    },
  })
}
