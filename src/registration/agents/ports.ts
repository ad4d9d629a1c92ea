import type { AuditEvent, Client } from '../client.ts'
import type { AgentPrivilege, AgentQuery, CoveringPrivilege, PrivilegeNeed, PrivilegeQuery } from './agent-privilege.ts'

/** Agents are clients, written by `RegistrationStore`; this is how they are found, and where their privileges stand. */
export interface AgentStore {
  find(realm: string, id: string): Promise<Client | undefined>
  /** Newest first. */
  list(query: AgentQuery): Promise<readonly Client[]>
  findPrivilege(realm: string, id: string): Promise<AgentPrivilege | undefined>
  /** Newest first, as far as ids tell. */
  listPrivileges(query: PrivilegeQuery): Promise<readonly AgentPrivilege[]>
  /** `taken`: there is one with this id; `absent`: the agent is gone. */
  insertPrivilege(privilege: AgentPrivilege, event: AuditEvent): Promise<'done' | 'taken' | 'absent'>
  /** `false`: it is not as it was in `ifRevision`, or gone. Neither agent nor creation change. */
  replacePrivilege(privilege: AgentPrivilege, ifRevision: number, event: AuditEvent): Promise<boolean>
  /** `false`: there is none. */
  removePrivilege(key: { readonly realm: string; readonly id: string }, event: AuditEvent): Promise<boolean>
  /** One round trip, however many privileges there are. */
  findCovering(need: PrivilegeNeed): Promise<readonly CoveringPrivilege[]>
}

/** The people of a realm, as far as privileges and owners name them. */
export interface People {
  /** Those of whom an entry is the id or the username. */
  find(realm: string, names: readonly string[]): Promise<readonly Person[]>
}

export interface Person {
  readonly id: string
  readonly username: string
}
