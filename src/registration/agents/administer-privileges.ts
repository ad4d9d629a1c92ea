import type { AuditEvent } from '../client.ts'
import { isScopeOf } from '../metadata/scope-pattern.ts'
import { violation } from '../metadata/violation.ts'
import { type Ports, RevisionConflict } from '../ports.ts'
import type { Realm } from '../realm.ts'
import { Refusal, refuseAll, type Violation } from '../refusal.ts'
import type { AgentPrivilege } from './agent-privilege.ts'
import type { AgentStore, People } from './ports.ts'
import { resolvePeople } from './resolve-people.ts'

/** What a privilege allows. Subjects are ids or usernames. */
export interface PrivilegeTerms {
  /** The `client_id` of an application, or the identifier of a protected resource. */
  readonly resource?: string
  readonly subjects: readonly string[]
  readonly subjectGroups: readonly string[]
  readonly scopes: readonly string[]
  readonly description?: string
}

export interface PrivilegeOrder {
  readonly realm: Realm
  readonly actor: string
  /** Chosen by the administrator; absent: made by us. */
  readonly id?: string
  /** The agent's own id. */
  readonly agent: string
  readonly terms: PrivilegeTerms
}

export interface PrivilegeChange {
  readonly realm: Realm
  readonly actor: string
  readonly id: string
  /** Of the privilege that was looked at; what it has become since is not changed unseen. */
  readonly revision?: number
  readonly terms: (current: AgentPrivilege) => PrivilegeTerms
}

type PrivilegePorts = Pick<Ports, 'store' | 'entropy' | 'now'> & { readonly agents: AgentStore; readonly people: People }

/** @throws Refusal with a violation for each term that means nothing in the realm. */
export async function grantPrivilege(order: PrivilegeOrder, ports: PrivilegePorts): Promise<AgentPrivilege> {
  const { realm, actor, id = ports.entropy.id(), agent } = order
  const client = await ports.agents.find(realm.name, agent)
  const ofAgent = client === undefined ? [noAgent()] : []
  const { terms, violations } = await judgeTerms(realm, order.terms, ports)
  refuseAll([...ofAgent, ...violations])
  if (client === undefined) throw new Error('an agent that is not there was not refused')
  const now = ports.now()
  const of = { realm: realm.name, id, agent, client_id: client.client_id }
  const privilege: AgentPrivilege = { ...of, ...terms, createdAt: now, updatedAt: now, revision: 1 }
  const outcome = await ports.agents.insertPrivilege(privilege, eventOf('privilege.granted', privilege, { actor, at: now }))
  if (outcome === 'taken') refuseAll([violation('id', 'is that of a privilege which is there already')])
  if (outcome === 'absent') refuseAll([noAgent()])
  return privilege
}

/** @throws Refusal as above; RevisionConflict where somebody else was faster. */
export async function changePrivilege(change: PrivilegeChange, ports: PrivilegePorts): Promise<AgentPrivilege | undefined> {
  const { realm, actor, id, revision } = change
  const current = await ports.agents.findPrivilege(realm.name, id)
  if (current === undefined) return undefined
  if (revision !== undefined && revision !== current.revision) {
    const reason = `the privilege has changed since: its revision is ${current.revision} now`
    throw new Refusal('invalid_client_metadata', reason, { member: 'revision' })
  }
  const { terms, violations } = await judgeTerms(realm, change.terms(current), ports, current)
  refuseAll(violations)
  const now = ports.now()
  const { resource: _, description: __, ...kept } = current
  const next: AgentPrivilege = { ...kept, ...terms, updatedAt: now, revision: current.revision + 1 }
  const event = eventOf('privilege.changed', next, { actor, at: now })
  if (!(await ports.agents.replacePrivilege(next, current.revision, event))) throw new RevisionConflict()
  return next
}

/** `false`: there is none. What was exchanged by it lives on until it ends; nothing more is. */
export async function revokePrivilege(
  { realm, id, actor }: { readonly realm: string; readonly id: string; readonly actor: string },
  { agents, now }: Pick<PrivilegePorts, 'agents' | 'now'>,
): Promise<boolean> {
  const privilege = await agents.findPrivilege(realm, id)
  if (privilege === undefined) return false
  return agents.removePrivilege({ realm, id }, eventOf('privilege.revoked', privilege, { actor, at: now() }))
}

function noAgent(): Violation {
  return violation('agent', 'is not the id of an agent of this realm')
}

interface JudgedTerms {
  readonly terms: PrivilegeTerms
  readonly violations: readonly Violation[]
}

/** `before`: what stood there already stays, though it may have gone from the realm since. */
async function judgeTerms(
  realm: Realm,
  { resource, subjects, subjectGroups, scopes, description }: PrivilegeTerms,
  { store, people }: Pick<PrivilegePorts, 'store' | 'people'>,
  before?: AgentPrivilege,
): Promise<JudgedTerms> {
  const named = { realm: realm.name, names: subjects, member: 'subjects', known: before?.subjects ?? [] }
  const { ids, violations } = await resolvePeople(named, people)
  const isSettled = resource === before?.resource || resource === undefined || isResource(realm, resource)
  const isKnown = isSettled || (await store.findClient(realm.name, resource)) !== undefined
  const ofResource = isKnown ? [] : [violation('resource', 'is neither a client nor a protected resource of this realm')]
  const isScope = (scope: string) => before?.scopes.includes(scope) === true || isScopeSomewhere(realm, scope)
  const ofScopes = scopes.flatMap((scope, index) =>
    isScope(scope) ? [] : [violation(`scopes/${index}`, 'is no scope of this realm')],
  )
  const terms = {
    ...(resource === undefined ? {} : { resource }),
    ...{ subjects: ids, subjectGroups: [...new Set(subjectGroups)], scopes: [...new Set(scopes)] },
    ...(description === undefined ? {} : { description }),
  }
  return { terms, violations: [...ofResource, ...violations, ...ofScopes] }
}

function isResource({ resources, unknownResources }: Realm, resource: string): boolean {
  return resources.some(({ identifier }) => identifier === resource) || (unknownResources === 'accept' && URL.canParse(resource))
}

/** Protected resources may have scopes that the realm does not list. */
function isScopeSomewhere(realm: Realm, scope: string): boolean {
  return isScopeOf(realm, scope) || realm.resources.some(({ scopes }) => scopes.includes(scope))
}

function eventOf(
  type: string,
  { realm, id, agent, client_id, resource, subjects, subjectGroups, scopes }: AgentPrivilege,
  { actor, at }: { readonly actor: string; readonly at: number },
): AuditEvent {
  const terms = { resource: resource ?? null, subjects, subjectGroups, scopes }
  return { realm, type, at, actor, client_id, details: { privilege: id, agent, ...terms } }
}
