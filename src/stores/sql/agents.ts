import type {
  AgentPrivilege,
  AgentQuery,
  AgentStore,
  CoveringPrivilege,
  People,
  Person,
  PrivilegeQuery,
} from '../../registration/index.ts'
import { auditParameters, auditValues, recording } from './audit-rows.ts'
import { type ClientRow, clientColumns, clientOf } from './client-rows.ts'
import type { Database, Statement, Value } from './database.ts'
import { searched } from './searched-columns.ts'

export function createAgentStore({ query }: Pick<Database, 'query'>): AgentStore {
  const isDone = async (text: string, values: readonly Value[]): Promise<boolean> => (await query({ text }, values)).length > 0
  return {
    async find(realm, id) {
      const text = `select ${clientColumns} from clients where realm = $1 and agent_id = $2`
      const [row] = await query<ClientRow>({ text }, [realm, id])
      return row === undefined ? undefined : clientOf(row)
    },
    async list(wanted) {
      const { conditions, values } = written(agentConditions(wanted))
      const text = `select ${clientColumns} from clients where agent_id is not null and ${conditions}
        order by agent_id desc limit $${values.length + 1}`
      return (await query<ClientRow>({ text }, [...values, wanted.limit])).map(clientOf)
    },
    async findPrivilege(realm, id) {
      const [row] = await query<PrivilegeRow>({ text: `${selectPrivileges} realm = $1 and id = $2` }, [realm, id])
      return row === undefined ? undefined : privilegeOf(row)
    },
    async listPrivileges(wanted) {
      const { conditions, values } = written(privilegeConditions(wanted))
      const text = `${selectPrivileges} ${conditions} order by id desc limit $${values.length + 1}`
      return (await query<PrivilegeRow>({ text }, [...values, wanted.limit])).map(privilegeOf)
    },
    async insertPrivilege(privilege, event) {
      const { realm, id, agent, client_id, createdAt, revision } = privilege
      const values = [...changedValues(privilege), agent, client_id, createdAt, revision, ...auditValues(event)]
      if (await isDone(insert, values)) return 'done'
      return (await isDone('select 1 from agent_privileges where realm = $1 and id = $2', [realm, id])) ? 'taken' : 'absent'
    },
    replacePrivilege: (privilege, ifRevision, event) =>
      isDone(replace, [...changedValues(privilege), ifRevision, ...auditValues(event)]),
    removePrivilege: ({ realm, id }, event) => isDone(remove, [realm, id, ...auditValues(event)]),
    findCovering: ({ realm, agent, resource, subject }) =>
      query<CoveringPrivilege>(subject === undefined ? findAny : findCovering, [
        ...[realm, agent, resource],
        ...(subject === undefined ? [] : [subject.id, subject.groups]),
      ]),
  }
}

export function createPeople({ query }: Pick<Database, 'query'>): People {
  return {
    find: (realm, names) =>
      query<Person>(
        { text: 'select id, username from users where realm = $1 and (id = any ($2::text[]) or username = any ($2::text[]))' },
        [realm, names],
      ),
  }
}

interface PrivilegeRow {
  readonly realm: string
  readonly id: string
  readonly agent_id: string
  readonly client_id: string
  readonly resource: string | null
  readonly subjects: readonly string[]
  readonly subject_groups: readonly string[]
  readonly scopes: readonly string[]
  readonly description: string | null
  readonly created_at: number
  readonly updated_at: number
  readonly revision: number
}

function privilegeOf(row: PrivilegeRow): AgentPrivilege {
  return {
    realm: row.realm,
    id: row.id,
    agent: row.agent_id,
    client_id: row.client_id,
    ...(row.resource === null ? {} : { resource: row.resource }),
    subjects: row.subjects,
    subjectGroups: row.subject_groups,
    scopes: row.scopes,
    ...(row.description === null ? {} : { description: row.description }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    revision: row.revision,
  }
}

type Asked = readonly (readonly [condition: string, value: string | undefined])[]

function agentConditions({ realm, after, name, owner, client_id, state }: AgentQuery): Asked {
  return [
    ['realm = ?', realm],
    ['agent_id < ?', after],
    ['client_id = ?', client_id],
    ['state = ?', state],
    ['agent_owners @> array[?]', owner],
    [
      'lower(agent_name) like lower(?)',
      name === undefined ? undefined : `%${searched(name)?.replaceAll(/[\\%_]/g, '\\$&') ?? ''}%`,
    ],
  ]
}

function privilegeConditions({ realm, after, agent, resource, subject }: PrivilegeQuery): Asked {
  return [
    ['realm = ?', realm],
    ['id < ?', after],
    ['agent_id = ?', agent],
    ['resource = ?', resource],
    ['subjects @> array[?]', subject],
  ]
}

/** Written out for what is asked, so that the planner sees which index serves. */
function written(asked: Asked): { readonly conditions: string; readonly values: readonly string[] } {
  const present = asked.filter((part): part is [string, string] => part[1] !== undefined)
  return {
    conditions: present.map(([condition], index) => condition.replace('?', `$${index + 1}::text`)).join(' and '),
    values: present.map(([, value]) => value),
  }
}

const selectPrivileges = `
  select realm, id, agent_id, client_id, resource, subjects, subject_groups, scopes, description, created_at, updated_at, revision
  from agent_privileges where`

function changedValues({
  realm,
  id,
  resource,
  subjects,
  subjectGroups,
  scopes,
  description,
  updatedAt,
}: AgentPrivilege): readonly Value[] {
  return [realm, id, resource, subjects, subjectGroups, scopes, description, updatedAt]
}

const changed = '$3::text, $4::text[], $5::text[], $6::text[], $7::text, $8::bigint'

/** The agent is held until the privilege is there: who removes it meanwhile waits, and takes the privilege along. */
const insert = `
  with agent as (
    select client_id from clients where realm = $1 and agent_id = $9 and client_id = $10 for key share
  ), inserted as (
    insert into agent_privileges
      (realm, id, agent_id, client_id, created_at, revision, resource, subjects, subject_groups, scopes, description, updated_at)
    select $1::text, $2::text, $9::text, client_id, $11::bigint, $12::integer, ${changed} from agent
    on conflict (realm, id) do nothing
    returning id
  ), ${recording(`select ${auditParameters(13)} from inserted`)}
  select id from inserted`

const replace = `
  with replaced as (
    update agent_privileges set (resource, subjects, subject_groups, scopes, description, updated_at) = (${changed}),
      revision = revision + 1
    where realm = $1 and id = $2 and revision = $9::integer
    returning id
  ), ${recording(`select ${auditParameters(10)} from replaced`)}
  select id from replaced`

const remove = `
  with removed as (
    delete from agent_privileges where realm = $1 and id = $2 returning id
  ), ${recording(`select ${auditParameters(3)} from removed`)}
  select id from removed`

const ofAgentAtResource = 'select id, scopes from agent_privileges where realm = $1 and agent_id = $2 and resource = $3'

const findAny: Statement = { name: 'find-any-agent-privilege', text: ofAgentAtResource }

const findCovering: Statement = {
  name: 'find-covering-agent-privileges',
  text: `${ofAgentAtResource} and ($4::text = any (subjects) or subject_groups && $5::text[])`,
}
