import type { AgentPrivilege, AgentStore, AuditEvent, Client, PrivilegeNeed, PrivilegeQuery } from '../../registration/index.ts'

export interface AgentsState {
  readonly clients: ReadonlyMap<string, Client>
  readonly privileges: Map<string, AgentPrivilege>
  readonly events: AuditEvent[]
}

export function createAgentStore(state: AgentsState): AgentStore {
  const { clients, privileges, events } = state
  const record = (event: AuditEvent): void => void events.push(structuredClone(event))
  const agentOf = (realm: string, id: string) =>
    [...clients.values()].find((client) => client.realm === realm && client.agent?.id === id)
  return {
    find: async (realm, id) => structuredClone(agentOf(realm, id)),
    list: async ({ realm, limit, after, name, owner, client_id, state: wanted }) =>
      [...clients.values()]
        .filter((client) => client.realm === realm && client.agent !== undefined)
        .filter(({ agent }) => after === undefined || (agent?.id ?? '') < after)
        .filter(({ agent }) => name === undefined || agent?.name.toLowerCase().includes(name.toLowerCase()))
        .filter(({ agent }) => owner === undefined || agent?.owners.includes(owner))
        .filter((client) => client.client_id === (client_id ?? client.client_id) && client.state === (wanted ?? client.state))
        .sort((a, b) => ((a.agent?.id ?? '') < (b.agent?.id ?? '') ? 1 : -1))
        .slice(0, limit)
        .map((client) => structuredClone(client)),
    findPrivilege: async (realm, id) => structuredClone(privileges.get(keyOf(realm, id))),
    listPrivileges: async (query) => listed([...privileges.values()], query),
    async insertPrivilege(privilege, event) {
      const key = keyOf(privilege.realm, privilege.id)
      if (agentOf(privilege.realm, privilege.agent)?.client_id !== privilege.client_id) return 'absent'
      if (privileges.has(key)) return 'taken'
      privileges.set(key, structuredClone(privilege))
      record(event)
      return 'done'
    },
    async replacePrivilege(privilege, ifRevision, event) {
      const key = keyOf(privilege.realm, privilege.id)
      const current = privileges.get(key)
      if (current?.revision !== ifRevision) return false
      const { agent, client_id, createdAt } = current
      privileges.set(key, { ...structuredClone(privilege), agent, client_id, createdAt, revision: ifRevision + 1 })
      record(event)
      return true
    },
    async removePrivilege({ realm, id }, event) {
      const isRemoved = privileges.delete(keyOf(realm, id))
      if (isRemoved) record(event)
      return isRemoved
    },
    findCovering: async (need) =>
      [...privileges.values()].filter((privilege) => fits(privilege, need)).map(({ id, scopes }) => ({ id, scopes })),
  }
}

/** What goes along with a client: its own privileges, and those of others at it. */
export function forgetPrivileges({ privileges }: Pick<AgentsState, 'privileges'>, realm: string, client_id: string): void {
  for (const [key, privilege] of privileges) {
    if (privilege.realm === realm && [privilege.client_id, privilege.resource].includes(client_id)) privileges.delete(key)
  }
}

function keyOf(realm: string, id: string): string {
  return `${realm} ${id}`
}

function listed(all: readonly AgentPrivilege[], query: PrivilegeQuery): readonly AgentPrivilege[] {
  const { realm, limit, after, agent, resource, subject } = query
  return all
    .filter((privilege) => privilege.realm === realm && (after === undefined || privilege.id < after))
    .filter((privilege) => agent === undefined || privilege.agent === agent)
    .filter((privilege) => resource === undefined || privilege.resource === resource)
    .filter(({ subjects }) => subject === undefined || subjects.includes(subject))
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, limit)
    .map((privilege) => structuredClone(privilege))
}

function fits(privilege: AgentPrivilege, { realm, agent, resource, subject }: PrivilegeNeed): boolean {
  if (privilege.realm !== realm || privilege.agent !== agent || privilege.resource !== resource) return false
  if (subject === undefined) return true
  return privilege.subjects.includes(subject.id) || privilege.subjectGroups.some((group) => subject.groups.includes(group))
}
