import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { AgentPrivilege, Client, Realm } from '../../registration/index.ts'
import { type AdminRoute, adminRoute } from '../admin-route.ts'
import type { AdminPorts } from '../ports.ts'
import { presentClient } from '../present.ts'
import { presentPrivilege } from '../present-agent.ts'
import { exportedKinds } from './exported-kinds.ts'
import { requireRealm } from './realm-path.ts'

const pageSize = 200

export function exportRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/admin/v1/export',
      summary: 'Everything that administrators and clients have added, one object a line, without secrets',
      query: Type.Object(
        { realm: Type.Optional(Type.String({ maxLength: 63, description: 'Of one realm; without it, of all.' })) },
        { additionalProperties: false },
      ),
      answers: { 200: { description: 'Lines of JSON (`application/x-ndjson`), in an order in which they can be imported' } },
      handle: async ({ query }) => {
        const realms = query.realm === undefined ? ports.realms.all() : [requireRealm(ports.realms, query.realm)]
        const body = Readable.from(lines(realms, ports), { objectMode: false })
        return { status: 200, body, headers: { 'content-type': 'application/x-ndjson' } }
      },
    }),
  ]
}

async function* lines(realms: readonly Realm[], ports: AdminPorts): AsyncGenerator<string> {
  for (const { name } of realms) {
    yield* objectLines(name, ports)
    const { settings, provisioned } = await ports.settings.read(name)
    yield line('registration-settings', name, { definition: settings, provisioned })
    for await (const client of clientsOf(name, ports)) yield line('client', name, { definition: presentClient(client) })
    for await (const privilege of privilegesOf(name, ports)) {
      yield line('agent-privilege', name, { definition: presentPrivilege(privilege) })
    }
  }
}

async function* objectLines(realm: string, { objects }: AdminPorts): AsyncGenerator<string> {
  for (const [kind, member] of exportedKinds)
    for (const object of await objects[member].list(realm)) yield line(kind, realm, object)
}

/** A page at a time: a realm may have more clients than fit into memory. */
async function* clientsOf(realm: string, { clients }: AdminPorts): AsyncGenerator<Client> {
  let found: readonly Client[] = []
  do {
    const after = found.at(-1)?.client_id
    found = await clients.list({ realm, limit: pageSize, ...(after === undefined ? {} : { after }) })
    yield* found
  } while (found.length === pageSize)
}

async function* privilegesOf(realm: string, { agents }: AdminPorts): AsyncGenerator<AgentPrivilege> {
  let found: readonly AgentPrivilege[] = []
  do {
    const after = found.at(-1)?.id
    found = await agents.listPrivileges({ realm, limit: pageSize, ...(after === undefined ? {} : { after }) })
    yield* found
  } while (found.length === pageSize)
}

interface Exported {
  readonly definition: object
  readonly provisioned?: boolean
}

function line(kind: string, realm: string, { definition, provisioned }: Exported): string {
  return `${JSON.stringify({ kind, realm, ...(provisioned === true ? { provisioned } : {}), definition })}\n`
}
