import { Type } from 'typebox'
import { type AdminRoute, adminRoute } from '../admin-route.ts'
import { page } from '../contract.ts'
import { policyType } from '../contract-admission.ts'
import type { AdminPorts } from '../ports.ts'
import { Problem } from '../problem.ts'
import { objectRoutes } from './realm-objects.ts'
import { realmParams, realmPath, requireRealm } from './realm-path.ts'
import { tokensBoundTo } from './tokens-bound-to.ts'

export function policyRoutes(ports: AdminPorts): readonly AdminRoute[] {
  const { objects, initialAccessTokens } = ports
  const usesOf = (realm: string, id: string) => tokensBoundTo(realm, id, initialAccessTokens)
  return [
    types(ports),
    order(ports),
    ...objectRoutes(ports, { name: 'policies', one: 'a policy', objects: objects.policies, usesOf }),
  ]
}

function types({ realms, policyTypes }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path: `${realmPath}/policy-types`,
    summary: 'List the policies that there are, with the form of their options',
    params: realmParams,
    answers: { 200: { description: 'All of them', schema: page(policyType) } },
    handle: async ({ params }) => {
      requireRealm(realms, params.realm)
      const items = policyTypes.all().map(({ name, summary, cites, options, concerns, operations, guards, examples }) => ({
        ...{ name, summary, cites, options, concerns },
        operations: operations ?? ['create', 'update'],
        guards: guards ?? false,
        examples: { options: examples.options, allows: examples.allows, refuses: examples.refuses },
      }))
      return { status: 200, body: { items } }
    },
  })
}

function order({ realms, objects }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'PUT',
    path: `${realmPath}/policies/order`,
    summary: 'Put the policies in order; those of the configuration file stay in front',
    params: realmParams,
    body: Type.Object(
      { ids: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 1000, description: 'All that are not of the file.' }) },
      { additionalProperties: false },
    ),
    answers: { 204: { description: 'They judge in this order' } },
    handle: async ({ params, body, actor }) => {
      requireRealm(realms, params.realm)
      if (await objects.policies.reorder(params.realm, body.ids, actor)) return { status: 204 }
      const known = (await objects.policies.list(params.realm)).filter(({ provisioned }) => !provisioned)
      const message = `must be each of ${known.map(({ id }) => id).join(', ')} once, in whatever order`
      throw new Problem(422, 'not_accepted', 'these are not the policies that can be put in order', {
        errors: [{ pointer: '/ids', code: 'invalid_value', message }],
      })
    },
  })
}
