import { Type } from 'typebox'
import type { JsonObject } from '../../registration/index.ts'
import { type AdminRoute, type Answer, adminRoute } from '../admin-route.ts'
import type { AdminPorts, ManagedObject, ObjectAdministration, ObjectOutcome } from '../ports.ts'
import { Problem } from '../problem.ts'
import { notFound, realmPath, requireRealm } from './realm-path.ts'

/** A kind of object that a realm has several of. */
export interface ObjectResource {
  /** In the path, such as `statement-issuers`. */
  readonly name: string
  /** For people, such as `a statement issuer`. */
  readonly one: string
  readonly objects: ObjectAdministration
  /** What is shown besides what was written. */
  readonly extra?: (object: ManagedObject) => object
  /** What is written without an id gets this one. */
  readonly complete?: (written: JsonObject) => JsonObject
  /** Before anything is saved. @throws Problem */
  readonly check?: (written: JsonObject) => void
  /** What else needs it, that the realm does not know of. */
  readonly usesOf?: (realm: string, id: string) => Promise<readonly string[]>
}

const listParams = Type.Object({ realm: Type.String({ maxLength: 63 }) })
// Scopes are ids too: any printable ASCII (RFC 6749 §3.3).
const oneParams = Type.Object({ realm: Type.String({ maxLength: 63 }), id: Type.String({ pattern: '^[\\x21-\\x7E]{1,255}$' }) })
const anyObject = Type.Object({}, { additionalProperties: true })

export function objectRoutes(ports: Pick<AdminPorts, 'realms'>, resource: ObjectResource): readonly AdminRoute[] {
  return [list(ports, resource), create(ports, resource), ...single(ports, resource)]
}

type Realms = Pick<AdminPorts, 'realms'>

function list({ realms }: Realms, resource: ObjectResource): AdminRoute {
  return adminRoute({
    method: 'GET',
    path: `${realmPath}/${resource.name}`,
    summary: `List the ${resource.name.replaceAll('-', ' ')} of a realm, those of the configuration file first`,
    params: listParams,
    answers: {
      200: {
        description: 'All of them',
        schema: { type: 'object', properties: { items: { type: 'array', items: shownSchema(resource) } } },
      },
    },
    handle: async ({ params }) => {
      requireRealm(realms, params.realm)
      const found = await resource.objects.list(params.realm)
      return { status: 200, body: { items: found.map((object) => present(object, resource)) } }
    },
  })
}

function create({ realms }: Realms, resource: ObjectResource): AdminRoute {
  return adminRoute({
    method: 'POST',
    path: `${realmPath}/${resource.name}`,
    summary: `Add ${resource.one}`,
    params: listParams,
    body: anyObject,
    describedBody: resource.objects.schema,
    answers: { 201: { description: 'As it is now', schema: shownSchema(resource) } },
    handle: async ({ params, body, actor }) =>
      createObject({ realms }, resource, { realm: params.realm, body: body as JsonObject, actor }),
  })
}

interface Creation {
  readonly realm: string
  readonly body: JsonObject
  readonly actor: string
}

export async function createObject(
  { realms }: Realms,
  resource: ObjectResource,
  { realm, body, actor }: Creation,
): Promise<Answer> {
  requireRealm(realms, realm)
  const written = resource.complete?.(body) ?? body
  resource.check?.(written)
  const object = savedOrRefuse(await resource.objects.create(realm, written, actor), resource)
  const location = `/admin/v1/realms/${realm}/${resource.name}/${encodeURIComponent(object.id)}`
  return { status: 201, body: present(object, resource), headers: { location } }
}

function single({ realms }: Realms, resource: ObjectResource): readonly AdminRoute[] {
  const path = `${realmPath}/${resource.name}/:id`
  const { objects, one } = resource
  return [
    adminRoute({
      method: 'GET',
      path,
      summary: `Read ${one}`,
      params: oneParams,
      answers: { 200: { description: 'As it is now', schema: shownSchema(resource) } },
      handle: async ({ params }) => {
        requireRealm(realms, params.realm)
        const found = (await objects.list(params.realm)).find(({ id }) => id === params.id)
        if (found === undefined) throw notFound(nameOf(resource))
        return { status: 200, body: present(found, resource) }
      },
    }),
    adminRoute({
      method: 'PUT',
      path,
      summary: `Replace ${one}; what is left out goes back to its default`,
      params: oneParams,
      body: anyObject,
      describedBody: objects.schema,
      answers: { 200: { description: 'As it is now', schema: shownSchema(resource) } },
      handle: async ({ params, body, actor }) => {
        requireRealm(realms, params.realm)
        resource.check?.(body as JsonObject)
        const outcome = await objects.replace(params.realm, params.id, body as JsonObject, actor)
        return { status: 200, body: present(savedOrRefuse(outcome, resource), resource) }
      },
    }),
    adminRoute({
      method: 'DELETE',
      path,
      summary: `Remove ${one}`,
      params: oneParams,
      answers: { 204: { description: 'Removed' } },
      handle: async ({ params, actor }) => {
        requireRealm(realms, params.realm)
        const uses = (await resource.usesOf?.(params.realm, params.id)) ?? []
        if (uses.length > 0) throw inUse(resource, uses)
        const outcome = await objects.remove(params.realm, params.id, actor)
        if (outcome.outcome !== 'removed') savedOrRefuse(outcome, resource)
        return { status: 204 }
      },
    }),
  ]
}

function nameOf({ one }: ObjectResource): string {
  return one.replace(/^an? /, '')
}

function savedOrRefuse(outcome: ObjectOutcome, resource: ObjectResource): ManagedObject {
  switch (outcome.outcome) {
    case 'saved':
      return outcome.object
    case 'absent':
      throw notFound(nameOf(resource))
    case 'exists':
      throw new Problem(409, 'exists', `there is ${resource.one} with this name already; give another, or change that one`)
    case 'provisioned':
      throw new Problem(
        409,
        'provisioned',
        `the configuration file, or the definition of the realm, owns this ${nameOf(resource)}; change it there`,
      )
    case 'in-use':
      throw inUse(
        resource,
        outcome.uses.map(({ place, message }) => `${place}: ${message}`),
      )
  }
}

function inUse(resource: ObjectResource, uses: readonly string[]): Problem {
  const errors = uses.map((message) => ({ pointer: '', code: 'in_use', message }))
  return new Problem(409, 'in_use', `something else in the realm needs this ${nameOf(resource)} as it is; see errors`, { errors })
}

function present(object: ManagedObject, { extra }: ObjectResource): object {
  return { ...object.definition, provisioned: object.provisioned, ...extra?.(object) }
}

function shownSchema({ objects }: ObjectResource): object {
  const { properties, ...rest } = objects.schema as { readonly properties?: object }
  return { ...rest, additionalProperties: true, properties: { ...properties, provisioned: { type: 'boolean' } } }
}
