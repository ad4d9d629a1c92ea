import type { Static } from 'typebox'
import type { AgentPrivilege, PrivilegeTerms } from '../../registration/index.ts'
import { type AdminRoute, type Answer, adminRoute } from '../admin-route.ts'
import { page } from '../contract.ts'
import { newPrivilege, privilege, privilegeMerge, privilegeQuery, privilegeReplacement } from '../contract-agents.ts'
import type { AdminPorts } from '../ports.ts'
import { presentPrivilege } from '../present-agent.ts'
import { notFound, pageOf, realmParams, realmPath, requireRealm, tokenParams } from './realm-path.ts'
import { termsOf } from './terms-of-privilege.ts'

const path = `${realmPath}/agent-privileges`
const onePath = `${path}/:id`
const idOf = ({ id }: AgentPrivilege): string => id
const answers = { 200: { description: 'The privilege as it is now', schema: privilege } }

/** For whom an agent may act, at which application, with which scopes. */
export function agentPrivilegeRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [list(ports), grant(ports), read(ports), replace(ports), merge(ports), revoke(ports)]
}

function list({ realms, agents }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path,
    summary: 'List the privileges of agents, newest first',
    params: realmParams,
    query: privilegeQuery,
    answers: { 200: { description: 'A page of privileges', schema: page(privilege) } },
    handle: async ({ params, query }) => {
      requireRealm(realms, params.realm)
      const found = await agents.listPrivileges({ ...query, realm: params.realm, limit: query.limit + 1 })
      return { status: 200, body: pageOf(found, query.limit, { idOf, present: presentPrivilege }) }
    },
  })
}

function grant({ realms, agents }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'POST',
    path,
    summary: 'Give an agent a privilege',
    params: realmParams,
    body: newPrivilege,
    answers: { 201: { description: 'The privilege', schema: privilege } },
    handle: async ({ params, body: { agent, ...said }, actor }) => {
      const realm = requireRealm(realms, params.realm)
      const granted = await agents.grant({ realm, actor, agent, terms: termsOf(said) })
      const location = `/admin/v1/realms/${realm.name}/agent-privileges/${encodeURIComponent(granted.id)}`
      return { status: 201, body: presentPrivilege(granted), headers: { location } }
    },
  })
}

function read({ realms, agents }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path: onePath,
    summary: 'Read a privilege',
    params: tokenParams,
    answers: { 200: { description: 'The privilege', schema: privilege } },
    handle: async ({ params }) => {
      requireRealm(realms, params.realm)
      return presentOrRefuse(await agents.findPrivilege(params.realm, params.id))
    },
  })
}

function replace({ realms, agents }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'PUT',
    path: onePath,
    summary: 'Replace what a privilege allows; the agent stays',
    params: tokenParams,
    body: privilegeReplacement,
    answers,
    handle: async ({ params, body: { revision, ...said }, actor }) => {
      const of = { realm: requireRealm(realms, params.realm), id: params.id, actor }
      const terms = () => termsOf(said)
      return presentOrRefuse(await agents.changePrivilege({ ...of, terms, ...(revision === undefined ? {} : { revision }) }))
    },
  })
}

function merge({ realms, agents }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'PATCH',
    path: onePath,
    summary: 'Change some of what a privilege allows (RFC 7396)',
    params: tokenParams,
    body: privilegeMerge,
    answers,
    handle: async ({ params, body: { revision, ...said }, actor }) => {
      const of = { realm: requireRealm(realms, params.realm), id: params.id, actor }
      const terms = (current: AgentPrivilege) => merged(current, said)
      return presentOrRefuse(await agents.changePrivilege({ ...of, terms, ...(revision === undefined ? {} : { revision }) }))
    },
  })
}

function merged(current: AgentPrivilege, said: Omit<Static<typeof privilegeMerge>, 'revision'>): PrivilegeTerms {
  const { resource, subjects, subjectGroups, scopes, description } = { ...current, ...said }
  return termsOf({
    ...{ subjects, subjectGroups, scopes },
    ...(resource === undefined || resource === null ? {} : { resource }),
    ...(description === undefined || description === null ? {} : { description }),
  })
}

function revoke({ realms, agents }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'DELETE',
    path: onePath,
    summary: 'Take a privilege away: the next exchange that needs it is refused',
    params: tokenParams,
    answers: { 204: { description: 'Taken away' } },
    handle: async ({ params, actor }) => {
      requireRealm(realms, params.realm)
      if (!(await agents.revoke({ realm: params.realm, id: params.id, actor }))) throw notFound('privilege')
      return { status: 204 }
    },
  })
}

function presentOrRefuse(found: AgentPrivilege | undefined): Answer {
  if (found === undefined) throw notFound('privilege')
  return { status: 200, body: presentPrivilege(found) }
}
