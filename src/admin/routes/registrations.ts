import { isIP } from 'node:net'
import type { Static } from 'typebox'
import type { JsonObject, JsonValue, PreviewRequest, Realm } from '../../registration/index.ts'
import { type AdminRoute, adminRoute } from '../admin-route.ts'
import { preview, previewOrder, replay, replayOrder } from '../contract-admission.ts'
import type { AdminPorts } from '../ports.ts'
import { Problem } from '../problem.ts'
import { realmParams, realmPath, requireRealm } from './realm-path.ts'

const limitDefault = 100
/** A chain of policies beside a registration request. */
const bodyBytesMax = 524_288

export function registrationsRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [previewRoute(ports), replayRoute(ports)]
}

function previewRoute(ports: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'POST',
    path: `${realmPath}/registrations/preview`,
    summary: 'Judge a registration request, or an update, without making it: what each step would do, and why',
    params: realmParams,
    body: previewOrder,
    bodyBytesMax,
    answers: { 200: { description: 'What would become of it', schema: preview } },
    handle: async ({ params, body }) => {
      const realm = requireRealm(ports.realms, params.realm)
      return { status: 200, body: await ports.registration.preview(previewRequestOf(body, realm, ports)) }
    },
  })
}

type Order = Static<typeof previewOrder>

function previewRequestOf(order: Order, realm: Realm, { dialectRulesOf, readPolicies }: AdminPorts): PreviewRequest {
  const { request, jwt, client_id, dialect = realm.dialects[0] ?? 'standard', initialAccessToken, address, policies } = order
  if ((request === undefined) === (jwt === undefined))
    throw badMember('/request', 'give either request or jwt, and one of them only')
  if (address !== undefined && isIP(address) === 0) throw badMember('/address', 'must be an IPv4 or IPv6 address')
  const rules = dialectRulesOf(dialect)
  if (rules.name !== dialect) throw badMember('/dialect', `there is no dialect ${dialect}`)
  return {
    ...{ realm, dialect: rules, body: (request ?? {}) as JsonObject, channel: channelOf(order) },
    source: address === undefined ? {} : { address },
    ...(jwt === undefined ? {} : { signedRequest: jwt }),
    ...(client_id === undefined ? {} : { client_id }),
    ...(initialAccessToken === undefined ? {} : { initialAccessToken }),
    ...(policies === undefined ? {} : { policies: readPolicies(policies as JsonValue, realm) }),
  }
}

function channelOf({ channel, initialAccessToken }: Order): PreviewRequest['channel'] {
  return channel ?? (initialAccessToken === undefined ? 'open' : 'initial-access-token')
}

function badMember(pointer: string, message: string): Problem {
  return new Problem(422, 'not_accepted', 'this cannot be judged; see errors', {
    errors: [{ pointer, code: 'invalid_value', message }],
  })
}

function replayRoute({ realms, registration, dialectRulesOf, readPolicies }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'POST',
    path: `${realmPath}/registrations/replay`,
    summary: 'Judge the last registration requests by another chain of policies: which answers would differ',
    params: realmParams,
    body: replayOrder,
    bodyBytesMax,
    answers: { 200: { description: 'Each request, and what would become of it now', schema: replay } },
    handle: async ({ params, body }) => {
      const realm = requireRealm(realms, params.realm)
      const policies = readPolicies(body.policies as JsonValue, realm)
      const limit = body.limit ?? limitDefault
      return { status: 200, body: await registration.replay({ realm, policies, limit, dialectOf: dialectRulesOf }) }
    },
  })
}
