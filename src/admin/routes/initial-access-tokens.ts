import type { Static } from 'typebox'
import type { ClientMetadata, InitialAccessToken, InitialAccessTokenRequest, Realm } from '../../registration/index.ts'
import { type AdminRoute, adminRoute } from '../admin-route.ts'
import {
  type IssuedInitialAccessToken,
  initialAccessToken,
  initialAccessTokenOrder,
  issuedInitialAccessToken,
  page,
  pageQuery,
} from '../contract.ts'
import type { AdminPorts } from '../ports.ts'
import { presentInitialAccessToken } from '../present.ts'
import { notFound, pageOf, realmParams, realmPath, requireRealm, tokenParams } from './realm-path.ts'

const path = `${realmPath}/initial-access-tokens`
const idOf = ({ id }: InitialAccessToken): string => id

export function initialAccessTokenRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [list(ports), create(ports), read(ports), revoke(ports)]
}

function list({ realms, initialAccessTokens, now }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path,
    summary: 'List the initial access tokens of a realm, oldest first',
    params: realmParams,
    query: pageQuery,
    answers: { 200: { description: 'A page of tokens, without their values', schema: page(initialAccessToken) } },
    handle: async ({ params, query }) => {
      requireRealm(realms, params.realm)
      const found = await initialAccessTokens.list(params.realm, query.limit + 1, query.after)
      const present = (token: InitialAccessToken) => presentInitialAccessToken(token, now())
      return { status: 200, body: pageOf(found, query.limit, { idOf, present }) }
    },
  })
}

function create({ realms, initialAccessTokens, now }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'POST',
    path,
    summary: 'Create an initial access token; its value is in this answer and nowhere else',
    params: realmParams,
    body: initialAccessTokenOrder,
    answers: { 201: { description: 'The token with its value', schema: issuedInitialAccessToken } },
    handle: async ({ params, body: order, actor }) => {
      const realm = requireRealm(realms, params.realm)
      const { token, value } = await initialAccessTokens.create(requestOf(realm, order), actor)
      const location = `/admin/v1/realms/${realm.name}/initial-access-tokens/${encodeURIComponent(token.id)}`
      const body: IssuedInitialAccessToken = { ...presentInitialAccessToken(token, now()), value }
      return { status: 201, body, headers: { location } }
    },
  })
}

function requestOf(realm: Realm, order: Static<typeof initialAccessTokenOrder>): InitialAccessTokenRequest {
  const { defaults, locked, ...rest } = order
  return {
    realm,
    ...rest,
    ...(defaults === undefined ? {} : { defaults: defaults as ClientMetadata }),
    ...(locked === undefined ? {} : { locked: locked as ClientMetadata }),
  }
}

function read({ realms, initialAccessTokens, now }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path: `${path}/:id`,
    summary: 'Read an initial access token, without its value',
    params: tokenParams,
    answers: { 200: { description: 'The token', schema: initialAccessToken } },
    handle: async ({ params }) => {
      requireRealm(realms, params.realm)
      const found = await initialAccessTokens.find(params.realm, params.id)
      if (found === undefined) throw notFound('initial access token')
      return { status: 200, body: presentInitialAccessToken(found, now()) }
    },
  })
}

function revoke({ realms, initialAccessTokens }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'DELETE',
    path: `${path}/:id`,
    summary: 'Revoke an initial access token; clients that it let in stay',
    params: tokenParams,
    answers: { 204: { description: 'Revoked' } },
    handle: async ({ params, actor }) => {
      requireRealm(realms, params.realm)
      if (!(await initialAccessTokens.revoke({ realm: params.realm, id: params.id }, actor)))
        throw notFound('initial access token')
      return { status: 204 }
    },
  })
}
