import type { AgentPrivilege, JsonObject, JsonValue, PrivilegeTerms } from '../../../registration/index.ts'
import type { MemberProblem } from '../../problem.ts'
import { badMembers, reference, referredId } from './managed-objects.ts'

/** What of a privilege can be written. */
export const privilegeFields = ['description', 'permissions', 'agent', 'resource', 'subjects', 'subjectGroups']

/** A privilege in the words of the product: its application is a managed one, and its scopes are a permission. */
export function presentManagedPrivilege(privilege: AgentPrivilege): JsonObject {
  const { realm, id, agent, client_id, resource, subjects, subjectGroups, scopes, description, revision } = privilege
  return {
    ...{ _id: id, _rev: String(revision) },
    ...(description === undefined ? {} : { description }),
    ...{ agent: reference(realm, 'aiagent', agent), agentID: agent, agentOAuth2ClientId: client_id },
    resource: resource === undefined ? null : reference(realm, 'application', resource),
    subjects: subjects.map((subject) => reference(realm, 'user', subject)),
    subjectGroups: subjectGroups.map((group) => reference(realm, 'group', group)),
    permissions: [{ type: 'scopes', values: scopes }],
  }
}

export interface WrittenPrivilege {
  /** Absent: the body does not name one. */
  readonly agent?: string
  readonly terms: PrivilegeTerms
}

/** @throws Problem with a line for every member at fault. */
export function readManagedPrivilege(sent: JsonObject): WrittenPrivilege {
  const problems: MemberProblem[] = []
  const wrong = (pointer: string, message: string): void => {
    problems.push({ pointer, code: 'invalid_value', message })
  }
  const { description = null, permissions = null, agent = null, resource = null, subjects = null, subjectGroups = null } = sent
  if (description !== null && typeof description !== 'string') wrong('/description', 'must be a text')
  const found = {
    agent: one(agent, () => wrong('/agent', 'must be a reference, as {"_ref": "managed/alpha_aiagent/{id}"}')),
    resource: one(resource, () =>
      wrong('/resource', 'must be a reference, as {"_ref": "managed/alpha_application/{client_id}"}'),
    ),
    subjects: several(subjects, () => wrong('/subjects', 'must be an array of references to users')),
    subjectGroups: several(subjectGroups, () => wrong('/subjectGroups', 'must be an array of references to groups')),
    scopes: scopesIn(permissions, () =>
      wrong('/permissions', 'must be an array of {"type": "scopes", "values": [...]}, of which scopes is the only type'),
    ),
  }
  if (problems.length > 0) throw badMembers(problems)
  return {
    ...(found.agent === undefined ? {} : { agent: found.agent }),
    terms: {
      ...(found.resource === undefined ? {} : { resource: found.resource }),
      ...{ subjects: found.subjects, subjectGroups: found.subjectGroups, scopes: found.scopes },
      ...(typeof description === 'string' && description !== '' ? { description } : {}),
    },
  }
}

function one(value: JsonValue, refuse: () => void): string | undefined {
  if (value === null) return undefined
  const id = referredId(value)
  if (id === undefined || id === '') refuse()
  return id
}

function several(value: JsonValue, refuse: () => void): readonly string[] {
  if (value === null) return []
  const ids = Array.isArray(value) ? value.map(referredId) : [undefined]
  if (ids.some((id) => id === undefined || id === '')) refuse()
  return ids.filter((id) => id !== undefined)
}

function scopesIn(permissions: JsonValue, refuse: () => void): readonly string[] {
  if (permissions === null) return []
  const all = (Array.isArray(permissions) ? permissions : [permissions]).map(valuesOf)
  if (all.includes(undefined)) refuse()
  return all.flatMap((values) => values ?? [])
}

function valuesOf(permission: JsonValue): readonly string[] | undefined {
  if (typeof permission !== 'object' || permission === null || Array.isArray(permission)) return undefined
  const { type, values = [] } = permission as JsonObject
  if (type !== 'scopes' || !Array.isArray(values)) return undefined
  return values.every((value) => typeof value === 'string') ? (values as readonly string[]) : undefined
}
