import { describe, expect, it } from 'vitest'
import type { AccessTokens, PolicyType } from '../../../src/registration/index.ts'
import policy from '../../../src/registration/policies/management-by-access-token.ts'
import { quickstartRealm } from '../../support/realm.ts'
import { createWorld as createDomain } from '../../support/world.ts'
import { createWorld } from '../world.ts'

const metadata = { redirect_uris: ['https://example.org/cb'] }
const type = policy as unknown as PolicyType
const scopes: Readonly<Record<string, readonly string[]>> = { manager: ['cdr:registration'], reader: ['email'] }

/** Registration access tokens are disabled, and a policy asks for a scope instead; the domain is the real one. */
describe('management by access tokens in the PingFederate dialect', () => {
  it.each([undefined, 'unknown', 'reader'])(
    'is refused with 401 invalid_access_token to whoever presents %s (R0.28)',
    async (token) => {
      await using place = open()
      const client = await place.register()
      for (const method of ['GET', 'PUT', 'DELETE'] as const) {
        const response = await place.manage(method, client, token)
        expect(response.statusCode).toBe(401)
        expect(response.json()).toEqual({
          error: 'invalid_access_token',
          error_description: 'Please provide a valid Access Token with the correct scope',
        })
        expect(String(response.headers['www-authenticate'])).toMatch(/^Bearer/)
      }
      expect((await place.manage('GET', client, 'manager')).json()).toMatchObject(metadata)
    },
  )

  it('is open to the holder of the scope, at the address that the registration has told (R0.28)', async () => {
    await using place = open()
    const client = await place.register()
    expect(client).not.toHaveProperty('registration_access_token')
    expect(client['registration_client_uri']).toBe(`http://localhost:4400/as/clients.oauth2/${client['client_id']}`)
    expect((await place.manage('GET', client, 'manager')).statusCode).toBe(200)
    const updated = await place.manage('PUT', client, 'manager')
    expect(updated.json()).toMatchObject({ client_name: 'renamed', registration_client_uri: client['registration_client_uri'] })
    expect((await place.manage('DELETE', client, 'manager')).statusCode).toBe(204)
    expect((await place.manage('GET', client, 'manager')).statusCode).toBe(401)
  })
})

function open() {
  const accessTokens: AccessTokens = {
    verify: async (_realm, { value }) => scopes[value] && { client_id: value, scopes: scopes[value] },
    revoke: async () => undefined,
  }
  const policies = { find: (name: string) => (name === type.name ? type : undefined), all: () => [type] }
  const domain = createDomain({}, { accessTokens, policies })
  const base = quickstartRealm({ dialects: ['pingfederate'] })
  const realm = {
    ...base,
    registration: { ...base.registration, registrationAccessTokens: 'disabled' },
    policies: [
      {
        ...{ id: 'management', policy: type.name, enabled: true, onlyBound: false },
        options: { scopes: ['cdr:registration'], clients: 'any' },
      },
    ],
  } as const
  const world = createWorld({ realms: [realm], registration: domain.registration })
  return {
    async register(): Promise<Readonly<Record<string, unknown>>> {
      return (await world.app.inject({ method: 'POST', url: '/as/clients.oauth2', payload: metadata })).json()
    },
    manage(method: 'GET' | 'PUT' | 'DELETE', client: Readonly<Record<string, unknown>>, token: string | undefined) {
      return world.app.inject({
        method,
        url: new URL(String(client['registration_client_uri'])).pathname,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        ...(method === 'PUT' ? { payload: { ...metadata, client_id: client['client_id'], client_name: 'renamed' } } : {}),
      })
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}
