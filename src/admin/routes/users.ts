import { type Static, Type } from 'typebox'
import { type AdminRoute, adminRoute } from '../admin-route.ts'
import { page } from '../contract.ts'
import { type AdministeredUserDocument, user, userQuery, writtenUser } from '../contract-users.ts'
import type { AdministeredUser, AdminPorts, UserOutcome, WrittenUser } from '../ports.ts'
import { Problem } from '../problem.ts'
import { notFound, pageOf, realmParams, realmPath, requireRealm } from './realm-path.ts'

const path = `${realmPath}/users`
const userParams = Type.Object({
  realm: Type.String({ maxLength: 63 }),
  id: Type.String({ minLength: 1, maxLength: 255 }),
})

export function userRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [list(ports), create(ports), read(ports), replace(ports), remove(ports)]
}

function list({ realms, users }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path,
    summary: 'List the people who can sign in, by user name',
    params: realmParams,
    query: userQuery,
    answers: { 200: { description: 'A page of users', schema: page(user) } },
    handle: async ({ params, query }) => {
      requireRealm(realms, params.realm)
      const found = await users.list({ ...query, realm: params.realm, limit: query.limit + 1 })
      return { status: 200, body: pageOf(found, query.limit, { idOf: ({ username }) => username, present }) }
    },
  })
}

function create({ realms, users }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'POST',
    path,
    summary: 'Add somebody who can sign in',
    params: realmParams,
    body: writtenUser,
    answers: { 201: { description: 'As it is now', schema: user } },
    handle: async ({ params, body, actor }) => {
      requireRealm(realms, params.realm)
      const made = savedOrRefuse(await users.create(params.realm, complete(body), actor))
      return { status: 201, body: present(made), headers: { location: `/admin/v1/realms/${params.realm}/users/${made.id}` } }
    },
  })
}

function read({ realms, users }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path: `${path}/:id`,
    summary: 'Read a user; passwords are never shown',
    params: userParams,
    answers: { 200: { description: 'As it is now', schema: user } },
    handle: async ({ params }) => {
      requireRealm(realms, params.realm)
      const found = await users.find(params.realm, params.id)
      if (found === undefined) throw notFound('user')
      return { status: 200, body: present(found) }
    },
  })
}

function replace({ realms, users }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'PUT',
    path: `${path}/:id`,
    summary: 'Replace a user; a password that is left out stays, everything else goes back to its default',
    params: userParams,
    body: writtenUser,
    answers: { 200: { description: 'As it is now', schema: user } },
    handle: async ({ params, body, actor }) => {
      requireRealm(realms, params.realm)
      const outcome = await users.replace(params.realm, params.id, complete(body), actor)
      return { status: 200, body: present(savedOrRefuse(outcome)) }
    },
  })
}

function remove({ realms, users }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'DELETE',
    path: `${path}/:id`,
    summary: 'Remove a user with sessions, grants, tokens and consents',
    params: userParams,
    answers: { 204: { description: 'Removed' } },
    handle: async ({ params, actor }) => {
      requireRealm(realms, params.realm)
      const outcome = await users.remove(params.realm, params.id, actor)
      if (outcome.outcome !== 'removed') savedOrRefuse(outcome)
      return { status: 204 }
    },
  })
}

function complete({ username, password, claims = {}, active = true }: Static<typeof writtenUser>): WrittenUser {
  return { username, claims: { ...claims }, active, ...(password === undefined ? {} : { password }) }
}

function savedOrRefuse(outcome: UserOutcome): AdministeredUser {
  switch (outcome.outcome) {
    case 'saved':
      return outcome.user
    case 'taken':
      throw new Problem(409, 'exists', 'somebody has this user name already; give another, or change that user')
    case 'provisioned':
      throw new Problem(409, 'provisioned', 'the configuration file owns this user; change it there')
    case 'absent':
    case 'removed':
      throw notFound('user')
  }
}

function present({ id, username, claims, active, hasPassword, provisioned }: AdministeredUser): AdministeredUserDocument {
  return { id, username, claims: { ...claims }, active, hasPassword, provisioned }
}
