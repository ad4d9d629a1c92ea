import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/registration/index.ts'
import { clientKey } from '../../support/client-keys.ts'
import { createDirectory, unsignedJwt } from '../../support/statement-issuer.ts'
import { createWorld as createDomain } from '../../support/world.ts'
import { createWorld } from '../world.ts'

const endpoint = '/as/clients.oauth2'
const notValid = /^\[software_statement\] is not a valid JWT, (?!software_statement)/
const wrongSignature = /^\[software_statement\] signature verification failed$/
const directory = await createDirectory('RS256', 'sig1')

/** The walk-through's statements against the real domain: what is refused is told in the vendor's words, and nothing is kept. */
describe('a software statement in the PingFederate dialect', () => {
  it('has to be there (R1.11)', async () => {
    await using place = open()
    const response = await place.register({ client_name: 'name in request' })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toEqual({ error: 'invalid_payload', error_description: '[software_statement] is required' })
    expect(place.changes).toEqual([])
  })

  it.each<[string, () => string | Promise<string>, RegExp]>([
    ['garbage', () => 'garbage', notValid],
    ['two segments', async () => (await directory.sign()).split('.').slice(0, 2).join('.'), notValid],
    ['of another issuer', () => directory.sign({ iss: 'https://other.example' }), notValid],
    [
      'signed by another key with the same kid',
      async () => directory.sign({}, {}, await clientKey('RS256', 'sig1')),
      wrongSignature,
    ],
    ['unsigned', () => unsignedJwt(directory.claims), notValid],
    ['a MAC with the public key', macWithPublicKey, wrongSignature],
    ['expired', () => directory.sign({ exp: directory.claims.iat - 3600 }), notValid],
    ['of the future', () => directory.sign({ nbf: directory.claims.iat + 3600 }), notValid],
  ])('is refused when it is %s (R1.11)', async (_what, make, description) => {
    await using place = open()
    const response = await place.register({ software_statement: await make() })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toEqual({
      error: 'invalid_software_statement',
      error_description: expect.stringMatching(description),
    })
    expect(place.changes).toEqual([])
  })

  it('wins over the request, is told again unmodified, and has no place in an update (R1.09, R1.12)', async () => {
    await using place = open()
    const software_statement = await directory.sign({
      client_name: 'TPP from statement',
      redirect_uris: ['https://tpp.example/cb'],
      grant_types: 'authorization_code refresh_token',
      token_endpoint_auth_method: 'client_secret_basic',
      scope: 'email',
    })
    const asked = { software_statement, client_name: 'name in request', redirect_uris: ['https://evil.example/cb'] }
    const response = await place.register(asked)
    expect(response.statusCode).toBe(201)
    const client = response.json()
    expect(client).toMatchObject({
      client_id: expect.stringMatching(/^dc-[0-9A-Za-z]{22}$/),
      client_secret: expect.stringMatching(/^.{22,}$/),
      client_name: 'TPP from statement',
      redirect_uris: ['https://tpp.example/cb'],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'email',
      software_statement,
    })
    const update = { ...asked, client_id: client.client_id }
    const refused = await place.app.inject({
      method: 'PUT',
      url: `${endpoint}/${client.client_id}`,
      payload: update,
      headers: { authorization: `Bearer ${client.registration_access_token}` },
    })
    expect(refused.statusCode).toBe(400)
    expect(refused.json()).toEqual({
      error: 'invalid_software_statement',
      error_description: '[software_statement] is not allowed in an update.',
    })
  })
})

function open() {
  const domain = createDomain()
  const base = directory.realm({ algorithms: ['RS256', 'ES256'] })
  const registration = {
    ...base.registration,
    softwareStatements: { required: true, onUpdate: 'refuse', requiredClaims: [] },
  } as const
  const world = createWorld({
    realms: [{ ...base, dialects: ['pingfederate'], registration }],
    registration: domain.registration,
  })
  return {
    app: world.app,
    register: (payload: JsonObject) => world.app.inject({ method: 'POST', url: endpoint, payload }),
    changes: domain.store.events,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

/** RFC 8725 §2.1: what everybody can see, taken for a secret. */
function macWithPublicKey(): Promise<string> {
  const secret = new TextEncoder().encode(JSON.stringify(directory.signer.jwk))
  return new SignJWT(directory.claims).setProtectedHeader({ alg: 'HS256', kid: 'sig1' }).sign(secret)
}
