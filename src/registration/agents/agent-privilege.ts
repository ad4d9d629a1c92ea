import type { EpochSeconds } from '../epoch-seconds.ts'

/** An administrator's word: this agent may act for these people at that application, with these scopes. */
export interface AgentPrivilege {
  readonly realm: string
  readonly id: string
  /** The agent's own id, and that of the client which it is. */
  readonly agent: string
  readonly client_id: string
  /** The `client_id` of an application, or the identifier of a protected resource. Absent: none yet, and nothing is covered. */
  readonly resource?: string
  /** Ids of users. */
  readonly subjects: readonly string[]
  /** Whoever has one of these in the claim `groups`. */
  readonly subjectGroups: readonly string[]
  /** Empty: whatever agent and presented token have. */
  readonly scopes: readonly string[]
  readonly description?: string
  readonly createdAt: EpochSeconds
  readonly updatedAt: EpochSeconds
  readonly revision: number
}

export interface AgentQuery {
  readonly realm: string
  readonly limit: number
  /** Keyset: the id of the last agent seen. */
  readonly after?: string
  /** Case-insensitive part of the name. */
  readonly name?: string
  /** The id of a user. */
  readonly owner?: string
  readonly client_id?: string
  readonly state?: string
}

export interface PrivilegeQuery {
  readonly realm: string
  readonly limit: number
  readonly after?: string
  readonly agent?: string
  readonly resource?: string
  /** The id of a user. */
  readonly subject?: string
}

/** Who wants to act where. Without a subject the agent acts for nobody but itself. */
export interface PrivilegeNeed {
  readonly realm: string
  readonly agent: string
  readonly resource: string
  readonly subject?: { readonly id: string; readonly groups: readonly string[] }
}

/** What a privilege that fits a need allows. */
export interface CoveringPrivilege {
  readonly id: string
  readonly scopes: readonly string[]
}
