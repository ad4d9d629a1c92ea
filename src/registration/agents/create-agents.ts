import { removeClient } from '../administer-client.ts'
import type { AgentIdentity, Client, JsonValue } from '../client.ts'
import { clientEvent } from '../client-event.ts'
import { createClient } from '../enrol-client.ts'
import { violation } from '../metadata/violation.ts'
import type { Ports } from '../ports.ts'
import type { Realm } from '../realm.ts'
import { Refusal, refuseAll } from '../refusal.ts'
import type { ClientInformation } from '../requests.ts'
import { serialised } from '../serialised.ts'
import {
  changePrivilege,
  grantPrivilege,
  type PrivilegeChange,
  type PrivilegeOrder,
  revokePrivilege,
} from './administer-privileges.ts'
import { type AgentDescription, newAgentIdentity } from './agent-description.ts'
import type { AgentPrivilege, AgentQuery, PrivilegeQuery } from './agent-privilege.ts'
import type { AgentStore, People } from './ports.ts'
import { resolvePeople } from './resolve-people.ts'

export type AgentPorts = Ports & { readonly agents: AgentStore; readonly people: People }

/** A client of the realm that is to be an agent. */
export interface AppointedAgent {
  readonly realm: Realm
  readonly actor: string
  readonly client_id: string
  readonly agent: AgentDescription
}

/** An agent together with its client, in one change; judged as clients of administrators are. */
export interface RegisteredAgent {
  readonly realm: Realm
  readonly actor: string
  readonly body: JsonValue
  readonly client_id?: string
  readonly firstParty: boolean
  readonly agent: AgentDescription
}

export interface AgentKey {
  readonly realm: Realm
  /** Of the agent, not of its client. */
  readonly id: string
  readonly actor: string
  /** Of the client that was looked at; what it has become since is not changed unseen. */
  readonly revision?: number
}

/** What administrators do with agents and their privileges. Each may throw a `Refusal` whose members are JSON pointers without the leading slash. */
export interface Agents {
  find(realm: string, id: string): Promise<Client | undefined>
  list(query: AgentQuery): Promise<readonly Client[]>
  register(registered: RegisteredAgent): Promise<ClientInformation>
  /** `undefined`: there is no such client. */
  appoint(appointed: AppointedAgent): Promise<Client | undefined>
  /** Replaces what is said of it; its client is changed like any other. */
  describe(key: AgentKey, description: AgentDescription): Promise<Client | undefined>
  /** With its client, and everything that both hold. */
  remove(key: AgentKey): Promise<boolean>
  findPrivilege(realm: string, id: string): Promise<AgentPrivilege | undefined>
  listPrivileges(query: PrivilegeQuery): Promise<readonly AgentPrivilege[]>
  grant(order: PrivilegeOrder): Promise<AgentPrivilege>
  changePrivilege(change: PrivilegeChange): Promise<AgentPrivilege | undefined>
  revoke(key: { readonly realm: string; readonly id: string; readonly actor: string }): Promise<boolean>
}

export function createAgents(ports: AgentPorts): Agents {
  const { agents } = ports
  return {
    find: agents.find,
    list: agents.list,
    register: (registered) => registerAgent(registered, ports),
    appoint: (appointed) => serialised(() => appointAgent(appointed, ports)),
    describe: (key, description) => serialised(() => describeAgent(key, description, ports)),
    remove: (key) => removeAgent(key, ports),
    findPrivilege: agents.findPrivilege,
    listPrivileges: agents.listPrivileges,
    grant: (order) => grantPrivilege(order, ports),
    changePrivilege: (change) => serialised(() => changePrivilege(change, ports), 'privilege'),
    revoke: (key) => revokePrivilege(key, ports),
  }
}

async function registerAgent({ agent, ...registration }: RegisteredAgent, ports: AgentPorts): Promise<ClientInformation> {
  return createClient({ ...registration, agent: await withOwners(registration.realm, agent, ports) }, ports)
}

async function appointAgent({ realm, actor, client_id, agent }: AppointedAgent, ports: AgentPorts): Promise<Client | undefined> {
  const client = await ports.store.findClient(realm.name, client_id)
  if (client === undefined) return undefined
  if (client.agent !== undefined) refuseAll([violation('client_id', `names the agent ${client.agent.id} already`)])
  const description = await withOwners(realm, agent, ports)
  const { entropy } = ports
  const identity = newAgentIdentity(description, { client_id, metadata: client.metadata, entropy, now: ports.now() })
  return writeIdentity(client, identity, { actor, type: 'agent.created' }, ports)
}

async function describeAgent(key: AgentKey, described: AgentDescription, ports: AgentPorts): Promise<Client | undefined> {
  const client = await findAgent(key, ports)
  if (client?.agent === undefined) return undefined
  const { id, createdAt, owners: known } = client.agent
  const { name = client.agent.name, description, ...rest } = await withOwners(key.realm, described, ports, known)
  const { owners = [], customAttributes = {} } = rest
  const identity = { id, name, ...(description === undefined ? {} : { description }), owners, customAttributes, createdAt }
  return writeIdentity(client, identity, { actor: key.actor, type: 'agent.changed' }, ports)
}

async function removeAgent(key: AgentKey, ports: AgentPorts): Promise<boolean> {
  const client = await findAgent(key, ports)
  if (client === undefined) return false
  return removeClient({ realm: key.realm, client_id: client.client_id, actor: key.actor }, ports)
}

async function findAgent({ realm, id, revision }: AgentKey, { agents }: AgentPorts): Promise<Client | undefined> {
  const client = await agents.find(realm.name, id)
  if (client === undefined || revision === undefined || client.revision === revision) return client
  throw new Refusal('invalid_client_metadata', `the agent has changed since: its revision is ${client.revision} now`, {
    member: 'revision',
  })
}

async function writeIdentity(
  client: Client,
  agent: AgentIdentity,
  { actor, type }: { readonly actor: string; readonly type: string },
  { store, now: clock }: AgentPorts,
): Promise<Client> {
  const now = clock()
  const next = { ...client, agent, updatedAt: now, revision: client.revision + 1 }
  await store.commit({
    realm: client.realm,
    replace: { client: next, ifRevision: client.revision },
    at: now,
    event: clientEvent(type, next, { actor, source: {}, details: { owners: agent.owners } }),
  })
  return next
}

async function withOwners(
  realm: Realm,
  agent: AgentDescription,
  { people }: AgentPorts,
  known: readonly string[] = [],
): Promise<AgentDescription> {
  if (agent.owners === undefined) return agent
  const { ids, violations } = await resolvePeople({ realm: realm.name, names: agent.owners, member: 'owners', known }, people)
  refuseAll(violations)
  return { ...agent, owners: ids }
}
