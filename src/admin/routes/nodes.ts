import { type AdminRoute, adminRoute } from '../admin-route.ts'
import { page } from '../contract.ts'
import { type AdministeredNode, node, nodeQuery } from '../contract-nodes.ts'
import type { AdminPorts, NodeState } from '../ports.ts'
import { requireRealm } from './realm-path.ts'

export function nodeRoutes({ realms, nodes }: AdminPorts): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/admin/v1/nodes',
      summary: 'List the nodes of the cluster, and which revision of each realm they run',
      query: nodeQuery,
      answers: { 200: { description: 'At most 500, those that are there first', schema: page(node) } },
      handle: async ({ query }) => {
        const asked = query.realm === undefined ? realms.all() : [requireRealm(realms, query.realm)]
        return { status: 200, body: { items: (await nodes.list(asked.map(({ name }) => name))).map(presentNode) } }
      },
    }),
  ]
}

function presentNode({ id, version, address, publicUrl, startedAt, seenAt, state, ...node }: NodeState): AdministeredNode {
  const behind = node.behind.map(({ realm, runs, current, reason }) => {
    return { realm, ...(runs === undefined ? {} : { runs }), current, reason }
  })
  return { id, version, address, publicUrl, startedAt, seenAt, state, revisions: { ...node.revisions }, behind }
}
