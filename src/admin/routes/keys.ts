import { type AdminRoute, adminRoute } from '../admin-route.ts'
import { key, keyRotation, page } from '../contract.ts'
import type { AdminPorts } from '../ports.ts'
import { presentKey } from '../present.ts'
import { Problem } from '../problem.ts'
import { realmParams, realmPath, requireRealm } from './realm-path.ts'

export function keyRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [list(ports), rotate(ports)]
}

function list({ realms, keys }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path: `${realmPath}/keys`,
    summary: 'List the signing keys of a realm; private parts are never shown',
    params: realmParams,
    answers: { 200: { description: 'The keys', schema: page(key) } },
    handle: async ({ params }) => {
      requireRealm(realms, params.realm)
      return { status: 200, body: { items: (await keys.list(params.realm)).map(presentKey) } }
    },
  })
}

function rotate({ realms, keys }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'POST',
    path: `${realmPath}/keys/rotate`,
    summary: 'Make new signing keys; they sign once every copy of the JWKS knows them, unless told to at once',
    params: realmParams,
    body: keyRotation,
    answers: { 200: { description: 'The keys as they are now', schema: page(key) } },
    handle: async ({ params, body, actor }) => {
      const known = requireRealm(realms, params.realm).tokens.signingAlgorithms
      if (body.alg !== undefined && !known.includes(body.alg)) throw unknownAlgorithm(known)
      return { status: 200, body: { items: (await keys.rotate(params.realm, body, actor)).map(presentKey) } }
    },
  })
}

function unknownAlgorithm(known: readonly string[]): Problem {
  const message = `must be one of ${known.join(', ')}`
  return new Problem(422, 'not_accepted', 'this realm does not sign with that algorithm', {
    errors: [{ pointer: '/alg', code: 'invalid_value', message }],
  })
}
