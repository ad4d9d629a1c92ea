import type { AgentIdentity, ClientMetadata, JsonObject } from '../client.ts'
import type { Entropy } from '../ports.ts'

/** What an administrator says of an agent. Somebody who registers one says nothing: its name is that of its client. */
export interface AgentDescription {
  readonly name?: string
  readonly description?: string
  /** Ids of users. */
  readonly owners?: readonly string[]
  readonly customAttributes?: JsonObject
}

interface Beginnings {
  readonly client_id: string
  readonly metadata: ClientMetadata
  readonly entropy: Pick<Entropy, 'id'>
  readonly now: number
}

const nameCharactersMax = 255

/** The identity of a client that becomes an agent. */
export function newAgentIdentity(
  { name, description, owners = [], customAttributes = {} }: AgentDescription,
  { client_id, metadata, entropy, now }: Beginnings,
): AgentIdentity {
  return {
    id: entropy.id(),
    name: name ?? metadata.client_name?.slice(0, nameCharactersMax) ?? client_id,
    ...(description === undefined ? {} : { description }),
    ...{ owners, customAttributes, createdAt: now },
  }
}
