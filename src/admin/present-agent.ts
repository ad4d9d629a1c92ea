import type { AgentIdentity, AgentPrivilege, Client } from '../registration/index.ts'
import type { AdministeredAgent, AdministeredPrivilege } from './contract-agents.ts'

export function presentIdentity({ id, name, description, owners, customAttributes, createdAt }: AgentIdentity) {
  return {
    id,
    name,
    ...(description === undefined ? {} : { description }),
    owners: [...owners],
    customAttributes: { ...customAttributes },
    createdAt,
  }
}

/** @throws where the client is none: whoever asks has looked for agents. */
export function presentAgent({ agent, realm, client_id, state, updatedAt, revision }: Client): AdministeredAgent {
  if (agent === undefined) throw new Error('a client that is no agent was presented as one')
  return { ...presentIdentity(agent), realm, client_id, state, updatedAt, revision }
}

export function presentPrivilege(privilege: AgentPrivilege): AdministeredPrivilege {
  const { id, realm, agent, client_id, resource, subjects, subjectGroups, scopes, description } = privilege
  const { createdAt, updatedAt, revision } = privilege
  return {
    ...{ id, realm, agent, client_id },
    ...(resource === undefined ? {} : { resource }),
    ...{ subjects: [...subjects], subjectGroups: [...subjectGroups], scopes: [...scopes] },
    ...(description === undefined ? {} : { description }),
    ...{ createdAt, updatedAt, revision },
  }
}
