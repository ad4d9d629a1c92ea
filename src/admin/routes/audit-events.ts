import { type AdminRoute, adminRoute } from '../admin-route.ts'
import { auditEvent, auditQuery, page } from '../contract.ts'
import type { AdminPorts } from '../ports.ts'
import { presentEvent } from '../present.ts'
import { pageOf, realmParams, realmPath, requireRealm } from './realm-path.ts'

/** What concerns all realms is recorded where no realm is: a realm that was removed has no events left. */
const serverEvents = ''

export function auditRoutes({ realms, audit }: AdminPorts): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/admin/v1/audit-events',
      summary: 'List which realms were made, changed and removed, newest first',
      query: auditQuery,
      answers: { 200: { description: 'A page of events', schema: page(auditEvent) } },
      handle: async ({ query }) => {
        const found = await audit.list({ ...query, realm: serverEvents, limit: query.limit + 1 })
        return { status: 200, body: pageOf(found, query.limit, { idOf: ({ id }) => id, present: presentEvent }) }
      },
    }),
    adminRoute({
      method: 'GET',
      path: `${realmPath}/audit-events`,
      summary: 'List what happened in a realm, newest first',
      params: realmParams,
      query: auditQuery,
      answers: { 200: { description: 'A page of events', schema: page(auditEvent) } },
      handle: async ({ params, query }) => {
        requireRealm(realms, params.realm)
        const found = await audit.list({ ...query, realm: params.realm, limit: query.limit + 1 })
        return { status: 200, body: pageOf(found, query.limit, { idOf: ({ id }) => id, present: presentEvent }) }
      },
    }),
  ]
}
