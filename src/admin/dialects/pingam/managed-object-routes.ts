import { Type } from 'typebox'
import type { AgentPrivilege, Client, JsonObject, JsonValue } from '../../../registration/index.ts'
import { type AdminRoute, adminRoute } from '../../admin-route.ts'
import type { AdminPorts } from '../../ports.ts'
import { Problem } from '../../problem.ts'
import { presentManagedPrivilege, privilegeFields, readManagedPrivilege } from './ai-agent-privilege.ts'
import { agentFields, presentManagedAgent, readManagedAgent } from './managed-agent.ts'
import {
  badMembers,
  kindOf,
  type ManagedKind,
  managedParams,
  managedPath,
  type PatchOperation,
  patched,
  patchOperations,
} from './managed-objects.ts'

const body = Type.Object({}, { additionalProperties: true })
const answers = { 200: { description: 'As it is now', schema: body } }
const route = { path: managedPath, params: managedParams, answers }

/** AI agents and their privileges, where the product manages them. Owners and subjects are users by id or username, groups by name. */
export function managedObjectRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [read(ports), write(ports), patch(ports), remove(ports)]
}

function read(ports: AdminPorts): AdminRoute {
  return adminRoute({
    ...{ ...route, method: 'GET', summary: 'Read an AI agent or a privilege' },
    handle: async ({ params: { object, id } }) => ({ status: 200, body: await find(ports, kindOf(ports.realms, object), id) }),
  })
}

function write(ports: AdminPorts): AdminRoute {
  return adminRoute({
    ...{ ...route, method: 'PUT', summary: 'Make or replace a privilege; an agent is made with its client', body },
    answers: { ...answers, 201: { description: 'As it was made', schema: body } },
    handle: async ({ params: { object, id }, body: sent, actor }) => {
      const of = kindOf(ports.realms, object)
      if (of.kind === 'aiagent') throw notMadeHere()
      const { agent, terms } = readManagedPrivilege(sent as JsonObject)
      const { realm } = of
      const previous = await ports.agents.findPrivilege(realm.name, id)
      if (previous === undefined) {
        if (agent === undefined) throw badMembers([{ pointer: '/agent', code: 'required', message: 'is missing' }])
        return { status: 201, body: presentManagedPrivilege(await ports.agents.grant({ realm, actor, id, agent, terms })) }
      }
      refuseOtherAgent(previous, agent)
      const changed = await ports.agents.changePrivilege({ realm, actor, id, terms: () => terms })
      return { status: 200, body: presentManagedPrivilege(foundOrRefuse(changed)) }
    },
  })
}

function patch(ports: AdminPorts): AdminRoute {
  return adminRoute({
    ...{ ...route, method: 'PATCH', summary: 'Change fields of an AI agent or a privilege', body: patchOperations },
    handle: async ({ params: { object, id }, body: operations, actor }) => {
      const of = kindOf(ports.realms, object)
      const change = { ...of, id, actor, operations }
      return { status: 200, body: await (of.kind === 'aiagent' ? patchAgent : patchPrivilege)(ports, change) }
    },
  })
}

interface Change extends ManagedKind {
  readonly id: string
  readonly actor: string
  readonly operations: readonly PatchOperation[]
}

async function patchPrivilege({ agents }: AdminPorts, { realm, id, actor, operations }: Change): Promise<JsonObject> {
  const terms = (current: AgentPrivilege) => {
    const next = readManagedPrivilege(patched(presentManagedPrivilege(current), operations, privilegeFields))
    refuseOtherAgent(current, next.agent)
    return next.terms
  }
  return presentManagedPrivilege(foundOrRefuse(await agents.changePrivilege({ realm, actor, id, terms })))
}

async function patchAgent(ports: AdminPorts, { realm, id, actor, operations }: Change): Promise<JsonObject> {
  const current = foundOrRefuse(await ports.agents.find(realm.name, id))
  const description = readManagedAgent(patched(presentManagedAgent(current, []), operations, agentFields))
  const key = { realm, id, actor, revision: current.revision }
  return presentWithPrivileges(ports, foundOrRefuse(await ports.agents.describe(key, description)))
}

function remove(ports: AdminPorts): AdminRoute {
  return adminRoute({
    ...{ ...route, method: 'DELETE', summary: 'Take a privilege away, or remove an AI agent with its client' },
    handle: async ({ params: { object, id }, actor }) => {
      const of = kindOf(ports.realms, object)
      const shown = await find(ports, of, id)
      const { realm } = of
      if (of.kind === 'aiagent') await ports.agents.remove({ realm, id, actor })
      else await ports.agents.revoke({ realm: realm.name, id, actor })
      return { status: 200, body: shown }
    },
  })
}

async function find(ports: AdminPorts, { realm, kind }: ManagedKind, id: string): Promise<JsonObject> {
  if (kind === 'aiagent') return presentWithPrivileges(ports, foundOrRefuse(await ports.agents.find(realm.name, id)))
  return presentManagedPrivilege(foundOrRefuse(await ports.agents.findPrivilege(realm.name, id)))
}

const privilegesShownMax = 200

async function presentWithPrivileges({ agents }: AdminPorts, client: Client): Promise<JsonObject> {
  const of = client.agent === undefined ? {} : { agent: client.agent.id }
  return presentManagedAgent(client, await agents.listPrivileges({ realm: client.realm, limit: privilegesShownMax, ...of }))
}

function foundOrRefuse<Found>(found: Found | undefined): Found {
  if (found === undefined) throw new Problem(404, 'not_found', 'there is no such object in this realm')
  return found
}

function refuseOtherAgent({ agent }: AgentPrivilege, named: JsonValue | undefined): void {
  if (named === undefined || named === agent) return
  throw badMembers([
    { pointer: '/agent', code: 'invalid_value', message: `is ${agent}, and does not change; make another privilege` },
  ])
}

function notMadeHere(): Problem {
  const allow = 'GET, PATCH, DELETE'
  const detail =
    'an agent is made together with its client: by POST to aiagent/register, or by PUT to realm-config/agents/AIAgent'
  return new Problem(405, 'method_not_allowed', detail, { headers: { allow } })
}
