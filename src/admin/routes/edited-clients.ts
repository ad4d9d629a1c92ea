import { Type } from 'typebox'
import type { ClientInformation, JsonObject } from '../../registration/index.ts'
import { type AdminRoute, type Answer, adminRoute } from '../admin-route.ts'
import { client } from '../contract.ts'
import { credentials, editedMetadata, newClient } from '../contract-admission.ts'
import type { AdminPorts } from '../ports.ts'
import { presentClient } from '../present.ts'
import { clientParams, notFound, realmParams, realmPath, requireRealm } from './realm-path.ts'

const onePath = `${realmPath}/clients/:client_id`
const withCredentials = Type.Object({ ...client.properties, ...credentials }, { additionalProperties: false })

/** What administrators do to a client's metadata and credentials. All of it is judged by the domain, as what clients do. */
export function editedClientRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [
    create(ports),
    edit(ports, 'PUT', 'Replace the metadata of a client; what is left out goes back to its default'),
    edit(ports, 'PATCH', 'Change members of the metadata of a client (RFC 7396); null takes one away'),
    rotate(ports, 'rotate-secret', 'Give a client a new secret; the one before works on for the grace period of the realm'),
    rotate(ports, 'rotate-registration-access-token', 'Give a client a new registration access token; those before end at once'),
  ]
}

function create({ realms, registration }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'POST',
    path: `${realmPath}/clients`,
    summary: 'Create a client; its secret is in this answer and nowhere else',
    params: realmParams,
    body: newClient,
    answers: { 201: { description: 'The client with its secret', schema: withCredentials } },
    handle: async ({ params, body, actor }) => {
      const realm = requireRealm(realms, params.realm)
      const { client_id, firstParty = false, ...metadata } = body
      const request = {
        realm,
        actor,
        firstParty,
        body: metadata as JsonObject,
        ...(client_id === undefined ? {} : { client_id }),
      }
      const created = await registration.createByAdministrator(request)
      const location = `/admin/v1/realms/${realm.name}/clients/${encodeURIComponent(created.client.client_id)}`
      return { status: 201, body: presentInformation(created), headers: { location } }
    },
  })
}

function edit({ realms, registration }: AdminPorts, method: 'PUT' | 'PATCH', summary: string): AdminRoute {
  return adminRoute({
    method,
    path: onePath,
    summary,
    params: clientParams,
    body: editedMetadata,
    answers: {
      200: { description: 'The client as it is now; with a secret where it needed a new one', schema: withCredentials },
    },
    handle: async ({ params, body, actor }) => {
      const realm = requireRealm(realms, params.realm)
      const change = { realm, client_id: params.client_id, actor, body: body as JsonObject }
      const outcome = method === 'PUT' ? registration.replaceByAdministrator(change) : registration.mergeByAdministrator(change)
      return presentOrRefuse(await outcome)
    },
  })
}

function rotate(
  { realms, registration }: AdminPorts,
  action: 'rotate-secret' | 'rotate-registration-access-token',
  summary: string,
): AdminRoute {
  return adminRoute({
    method: 'POST',
    path: `${onePath}/${action}`,
    summary,
    params: clientParams,
    answers: { 200: { description: 'The client with what is new, which is in no other answer', schema: withCredentials } },
    handle: async ({ params, actor }) => {
      const administration = { realm: requireRealm(realms, params.realm), client_id: params.client_id, actor }
      const outcome =
        action === 'rotate-secret'
          ? registration.rotateSecret(administration)
          : registration.rotateRegistrationAccessToken(administration)
      return presentOrRefuse(await outcome)
    },
  })
}

function presentOrRefuse(found: ClientInformation | undefined): Answer {
  if (found === undefined) throw notFound('client')
  return { status: 200, body: presentInformation(found) }
}

function presentInformation(information: ClientInformation): object {
  const { client: shown, client_secret, client_secret_expires_at, registration_access_token } = information
  return {
    ...presentClient(shown),
    ...(client_secret === undefined ? {} : { client_secret, client_secret_expires_at }),
    ...(registration_access_token === undefined ? {} : { registration_access_token }),
  }
}
