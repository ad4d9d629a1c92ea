import type { JsonObject } from '../../registration/index.ts'
import { type AdminRoute, adminRoute } from '../admin-route.ts'
import { issuedStatement, statementOrder } from '../contract.ts'
import type { AdminPorts } from '../ports.ts'
import { realmParams, realmPath, requireRealm } from './realm-path.ts'

export function softwareStatementRoutes({ realms, softwareStatements }: AdminPorts): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'POST',
      path: `${realmPath}/software-statements`,
      summary: 'Issue a software statement, signed with a key of the realm; whoever trusts its JWKS can admit the software',
      params: realmParams,
      body: statementOrder,
      answers: { 201: { description: 'The statement; it is not kept', schema: issuedStatement } },
      handle: async ({ params, body: { claims, ...order }, actor }) => {
        const realm = requireRealm(realms, params.realm)
        const issued = await softwareStatements.issue({ realm, actor, claims: claims as JsonObject, ...order })
        return { status: 201, body: issued, headers: { 'cache-control': 'no-store' } }
      },
    }),
  ]
}
