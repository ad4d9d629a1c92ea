import { Type } from 'typebox'
import { type AdminRoute, adminRoute } from '../admin-route.ts'
import { page, realm } from '../contract.ts'
import type { AdminPorts } from '../ports.ts'
import { presentRealm } from '../present.ts'
import { realmParams, realmPath, requireRealm } from './realm-path.ts'

export function realmRoutes({ realms }: AdminPorts): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/admin/v1/realms',
      summary: 'List the realms',
      answers: { 200: { description: 'All realms', schema: page(realm) } },
      handle: async () => ({ status: 200, body: { items: realms.all().map(presentRealm) } }),
    }),
    adminRoute({
      method: 'GET',
      path: realmPath,
      summary: 'Read a realm',
      params: realmParams,
      query: Type.Object({}),
      answers: { 200: { description: 'The realm', schema: realm } },
      handle: async ({ params }) => ({ status: 200, body: presentRealm(requireRealm(realms, params.realm)) }),
    }),
  ]
}
