import { Type } from 'typebox'
import type { JsonObject } from '../../registration/index.ts'
import { type AdminRoute, type Answer, adminRoute } from '../admin-route.ts'
import { page, pageQuery, realm } from '../contract.ts'
import { type AdministeredManagedRealm, managedRealm } from '../contract-realms.ts'
import type { AdminPorts, ManagedRealm, RealmOutcome } from '../ports.ts'
import { presentRealm } from '../present.ts'
import { Problem } from '../problem.ts'
import { pageOf, realmNotFound, realmParams, realmPath } from './realm-path.ts'

export function realmRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [list(ports), create(ports), read(ports), replace(ports), remove(ports)]
}

const path = '/admin/v1/realms'

function list({ realms }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path,
    summary: 'List the realms that are served, by name',
    query: pageQuery,
    answers: { 200: { description: 'A page of realms', schema: page(realm) } },
    handle: async ({ query: { limit, after = '' } }) => {
      const sorted = realms.all().toSorted((one, other) => (one.name < other.name ? -1 : 1))
      const found = sorted.filter(({ name }) => name > after).slice(0, limit + 1)
      return { status: 200, body: pageOf(found, limit, { idOf: ({ name }) => name, present: presentRealm }) }
    },
  })
}

function create({ runTimeRealms }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'POST',
    path,
    summary: 'Make a realm, with keys, clients and users of its own',
    body: Type.Object({ name: Type.String() }, { additionalProperties: true }),
    describedBody: withMembers(runTimeRealms.schema, { name: nameSchema }, ['name']),
    answers: { 201: { description: 'As it is now', schema: managedRealm } },
    handle: async ({ body: { name, ...definition }, actor }) => {
      const made = savedOrRefuse(await runTimeRealms.create(name, definition as JsonObject, actor))
      return { ...answer(made), status: 201, headers: { location: `${path}/${made.name}` } }
    },
  })
}

const nameSchema = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'Small letters, digits and hyphens.' }

function read({ runTimeRealms }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path: realmPath,
    summary: 'Read a realm, and what an administrator has made it of',
    params: realmParams,
    answers: { 200: { description: 'The realm', schema: managedRealm } },
    handle: async ({ params }) => {
      const found = await runTimeRealms.find(params.realm)
      if (found === undefined) throw realmNotFound()
      return answer(found)
    },
  })
}

function replace({ runTimeRealms }: AdminPorts): AdminRoute {
  const revisionSchema = {
    type: 'integer',
    description: 'That was looked at: where it is another one by now, nothing is changed.',
  }
  return adminRoute({
    method: 'PUT',
    path: realmPath,
    summary: 'Replace what a realm is made of; what is left out goes back to its default, and what was added to the realm stays',
    params: realmParams,
    body: Type.Object({ revision: Type.Optional(Type.Integer()) }, { additionalProperties: true }),
    describedBody: withMembers(runTimeRealms.schema, { revision: revisionSchema }, []),
    answers: { 200: { description: 'As it is now', schema: managedRealm } },
    handle: async ({ params, body: { revision, ...definition }, actor }) => {
      const outcome = await runTimeRealms.replace(params.realm, definition as JsonObject, actor, revision)
      return answer(savedOrRefuse(outcome))
    },
  })
}

function remove({ runTimeRealms }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'DELETE',
    path: realmPath,
    summary: 'Remove a realm with everything in it: clients, users, keys, sessions, tokens and events',
    params: realmParams,
    answers: { 204: { description: 'Removed' } },
    handle: async ({ params, actor }) => {
      const outcome = await runTimeRealms.remove(params.realm, actor)
      if (outcome.outcome !== 'removed') savedOrRefuse(outcome)
      return { status: 204 }
    },
  })
}

function answer(managed: ManagedRealm): Answer {
  return { status: 200, body: present(managed) }
}

function present({ name, provisioned, definition, createdAt, updatedAt, realm: served }: ManagedRealm): AdministeredManagedRealm {
  return {
    ...(served === undefined ? { name } : presentRealm(served)),
    ...{ provisioned, served: served !== undefined },
    ...(definition === undefined ? {} : { definition: { ...definition } }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
  }
}

const conflicts = {
  exists: 'there is a realm of this name already; give another, or change that one',
  provisioned: 'the configuration file owns this realm; change it there',
  removing: 'the realm that had this name is still being removed; try again in a moment',
  remains: 'a realm of this name was in the configuration file, and what it left is still there; DELETE it first',
} as const

function savedOrRefuse(outcome: RealmOutcome): ManagedRealm {
  if (outcome.outcome === 'saved') return outcome.realm
  if (outcome.outcome === 'in-use') {
    const errors = outcome.uses.map(({ place, message }) => ({ pointer: '', code: 'in_use', message: `${place}: ${message}` }))
    throw new Problem(409, 'in_use', 'what was added to the realm would no longer fit; see errors', { errors })
  }
  if (outcome.outcome === 'changed')
    throw new Problem(409, 'revision_conflict', 'the realm has another revision by now; read it again')
  if (outcome.outcome === 'absent' || outcome.outcome === 'removed') throw realmNotFound()
  throw new Problem(409, outcome.outcome, conflicts[outcome.outcome])
}

function withMembers(schema: object, members: object, required: readonly string[]): object {
  const { properties, required: others = [] } = schema as { readonly properties?: object; readonly required?: readonly string[] }
  return { ...schema, properties: { ...members, ...properties }, required: [...required, ...others] }
}
