import type { AgentDescription, AgentPrivilege, Client, JsonObject, JsonValue } from '../../../registration/index.ts'
import type { MemberProblem } from '../../problem.ts'
import { badMembers, reference, referredId } from './managed-objects.ts'

export const agentFields = ['name', 'description', 'customAttributes', 'owners']

/** An agent in the words of the product. */
export function presentManagedAgent(
  { agent, realm, client_id, revision }: Client,
  privileges: readonly AgentPrivilege[],
): JsonObject {
  if (agent === undefined) throw new Error('a client that is no agent was presented as one')
  return {
    ...{ _id: agent.id, _rev: String(revision), oauth2ClientId: client_id, name: agent.name },
    description: agent.description ?? null,
    customAttributes: agent.customAttributes,
    owners: agent.owners.map((owner) => reference(realm, 'user', owner)),
    privileges: privileges.map(({ id }) => reference(realm, 'aiagentprivilege', id)),
  }
}

/** @throws Problem with a line for every member at fault. */
export function readManagedAgent(sent: JsonObject): AgentDescription {
  const { name = null, description = null, customAttributes = null, owners = null } = sent
  const ids = owners === null ? [] : Array.isArray(owners) ? owners.map(referredId) : [undefined]
  const faults: readonly (readonly [string, boolean, string])[] = [
    ['/name', name !== null && !isText(name), 'must be a text'],
    ['/description', description !== null && typeof description !== 'string', 'must be a text'],
    ['/customAttributes', customAttributes !== null && !isObject(customAttributes), 'must be an object'],
    ['/owners', ids.includes(undefined), 'must be an array of references to users'],
  ]
  const problems = faults.flatMap(([pointer, isWrong, message]): MemberProblem[] =>
    isWrong ? [{ pointer, code: 'invalid_value', message }] : [],
  )
  if (problems.length > 0) throw badMembers(problems)
  return {
    ...(isText(name) ? { name } : {}),
    ...(isText(description) ? { description } : {}),
    ...(isObject(customAttributes) ? { customAttributes } : {}),
    owners: ids.filter((id) => id !== undefined),
  }
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string' && value !== ''
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
