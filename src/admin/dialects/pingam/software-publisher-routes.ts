import { Type } from 'typebox'
import type { JsonObject } from '../../../registration/index.ts'
import { type AdminRoute, adminRoute } from '../../admin-route.ts'
import type { AdminPorts, ManagedObject, ObjectOutcome } from '../../ports.ts'
import { Problem } from '../../problem.ts'
import { objectParams, realmConfigPath, realmParams, requirePingamRealm } from './pingam-realm.ts'
import { ignoredAttributes, presentPublisher, readPublisher } from './software-publisher.ts'

const collection = `${realmConfigPath}/agents/SoftwarePublisher`
const body = Type.Object({}, { additionalProperties: true })

/** PingAM's software publishers are the statement issuers of the realm. */
export function softwarePublisherRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [list(ports), read(ports), write(ports), remove(ports)]
}

function list({ realms, objects }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path: collection,
    summary: 'List the software publishers; every query filter means all of them',
    params: realmParams,
    answers: { 200: { description: 'All of them', schema: body } },
    handle: async ({ params }) => {
      requirePingamRealm(realms, params.realm)
      const found = await objects.statementIssuers.list(params.realm)
      return { status: 200, body: { result: found.map(presentPublisher), resultCount: found.length } }
    },
  })
}

function read(ports: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path: `${collection}/:id`,
    summary: 'Read a software publisher',
    params: objectParams,
    answers: { 200: { description: 'As it is now', schema: body } },
    handle: async ({ params: { realm, id } }) => {
      const publisher = await find(ports, realm, id)
      if (publisher === undefined) throw absent()
      return { status: 200, body: presentPublisher(publisher) }
    },
  })
}

function write(ports: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'PUT',
    path: `${collection}/:id`,
    summary: 'Make or change a software publisher; what is left out stays as it is',
    params: objectParams,
    body,
    answers: {
      200: { description: 'As it is now', schema: body },
      201: { description: 'As it was made', schema: body },
    },
    handle: async ({ params: { realm, id }, body: sent, actor }) => {
      const { statementIssuers } = ports.objects
      const previous = await find(ports, realm, id)
      const written = readPublisher(sent as JsonObject, previous?.definition)
      const outcome =
        previous === undefined
          ? await statementIssuers.create(realm, { id, ...written }, actor)
          : await statementIssuers.replace(realm, id, written, actor)
      const ignored = ignoredAttributes(sent as JsonObject)
      const shown = presentPublisher(savedOrRefuse(outcome))
      return {
        status: previous === undefined ? 201 : 200,
        body: { ...shown, ...(ignored.length === 0 ? {} : { _ignored: ignored.map((name) => `/${name}`) }) },
      }
    },
  })
}

function remove(ports: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'DELETE',
    path: `${collection}/:id`,
    summary: 'Remove a software publisher',
    params: objectParams,
    answers: { 200: { description: 'As it was', schema: body } },
    handle: async ({ params: { realm, id }, actor }) => {
      const publisher = await find(ports, realm, id)
      if (publisher === undefined) throw absent()
      const outcome = await ports.objects.statementIssuers.remove(realm, id, actor)
      if (outcome.outcome !== 'removed') savedOrRefuse(outcome)
      return { status: 200, body: presentPublisher(publisher) }
    },
  })
}

async function find({ realms, objects }: AdminPorts, realm: string, id: string): Promise<ManagedObject | undefined> {
  requirePingamRealm(realms, realm)
  return (await objects.statementIssuers.list(realm)).find((one) => one.id === id)
}

function absent(): Problem {
  return new Problem(404, 'not_found', 'there is no such software publisher in this realm')
}

function savedOrRefuse(outcome: ObjectOutcome): ManagedObject {
  switch (outcome.outcome) {
    case 'saved':
      return outcome.object
    case 'absent':
      throw absent()
    case 'provisioned':
      throw new Problem(409, 'provisioned', 'the configuration file owns this software publisher; change it there')
    default:
      throw new Problem(409, outcome.outcome, 'it was made or came into use in the meantime; read it and try again')
  }
}
