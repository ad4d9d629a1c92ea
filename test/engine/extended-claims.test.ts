import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { extendedClaims } from '../../src/engine/claims/extended-claims.ts'
import type { ExtendedProperty, Realm } from '../../src/registration/index.ts'
import { basic, publicClient, redeem, signIn } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const property = (name: string, tokenClaim?: string, multiValued = false): ExtendedProperty => ({
  ...{ name, multiValued, required: false, format: 'text', charactersMax: 100 },
  ...(tokenClaim === undefined ? {} : { tokenClaim }),
})

const extendedProperties = [
  property('department', 'dept'),
  property('regions', 'regions', true),
  property('cost_center'),
  ...['sub', 'scope', 'client_id', 'cnf', 'gid'].map((claim) => property(`wants_${claim}`, claim)),
]
const metadata = {
  ...{ department: 'payments', regions: ['eu', 'us'], cost_center: '4711' },
  ...{ wants_sub: 'admin', wants_scope: 'everything', wants_client_id: 'other', wants_cnf: 'mine', wants_gid: 'g' },
}

describe('what access tokens tell of a client', () => {
  const claims = (about: object) => extendedClaims(about as never, { extendedProperties } as unknown as Realm)

  it('is nothing that has another meaning, and nothing that the client does not have', () => {
    expect(claims({ ...metadata, department: undefined, regions: [] })).toEqual({})
    expect(claims({})).toEqual({})
  })

  it('is one text, or a list of them, as the property is defined', () => {
    expect(claims(metadata)).toEqual({ dept: 'payments', regions: ['eu', 'us'] })
    expect(claims({ department: ['first', 'second'], regions: 'eu' })).toEqual({ dept: 'first', regions: ['eu'] })
  })
})

describe('extended properties of a client', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld({ realm: (realm) => ({ ...realm, extendedProperties }) })
    const secrets = [{ digest: world.digest('s3cret'), issuedAt: 0, expiresAt: 0 }]
    const machine = { grant_types: ['client_credentials'], response_types: [] }
    world.register({ client_id: 'machine', metadata: { ...machine, ...metadata }, secrets })
    world.register({ client_id: 'public', metadata: { ...publicClient.metadata, ...metadata } })
  })
  afterAll(() => world.close())

  const introspect = async (token: string) =>
    (await (await world.post('/introspect', { token }, basic('machine', 's3cret'))).json()) as Record<string, unknown>

  it.each([
    ['opaque', {}],
    ['JWT', { resource: 'https://api.example' }],
  ])('are told by %s access tokens and their introspection, and by no ID token', async (format, target) => {
    const issued = await redeem(world, { grant_type: 'client_credentials', scope: 'read', ...target }, basic('machine', 's3cret'))
    const ofPerson = await signIn(world, 'public', target)
    for (const [token, sub, client_id] of [
      [issued.access_token, format === 'JWT' ? 'machine' : undefined, 'machine'],
      [ofPerson.access_token, 'alice', 'public'],
    ] as const) {
      const told = { dept: 'payments', regions: ['eu', 'us'] }
      const body = await introspect(token)
      expect(body).toMatchObject({ active: true, client_id, ...told })
      expect([body['sub'], body['cnf'], body['gid'], body['cost_center']]).toEqual([sub, undefined, undefined, undefined])
      if (format === 'JWT') expect(decodeJwt(token)).toMatchObject({ ...told, sub, client_id, iss: world.issuer })
    }
    expect(decodeJwt(ofPerson.id_token)).not.toHaveProperty('dept')
    expect(await introspect(ofPerson.refresh_token)).not.toHaveProperty('dept')
  })
})
