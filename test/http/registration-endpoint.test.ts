import { describe, expect, it } from 'vitest'
import { Refusal } from '../../src/registration/index.ts'
import { createWorld, information, realm } from './world.ts'

const json = { 'content-type': 'application/json' }
const body = { redirect_uris: ['https://app.example/cb'] }

describe('what is refused at the registration endpoint', () => {
  it('answers 404 in JSON where registration is disabled', async () => {
    await using world = createWorld({ realms: [realm({ registrationActive: false })] })
    const response = await world.app.inject({ method: 'POST', url: '/register', payload: body })
    expect(response.statusCode).toBe(404)
    expect(response.json()).toMatchObject({ error: 'not_found', request_id: expect.any(String) })
    expect(world.asked).toEqual([])
  })

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const)('answers %s with 405 and Allow (DCR-EP-03)', async (method) => {
    await using world = createWorld()
    const response = await world.app.inject({ method, url: '/register' })
    expect(response.statusCode).toBe(405)
    expect(response.headers['allow']).toBe('POST, OPTIONS')
    expect(response.headers['content-type']).toMatch(/^application\/json/)
    expect(response.headers['access-control-allow-origin']).toBe('*')
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jwt',
    'application/json-patch+json',
    'application/jsonx',
    '',
  ])('answers the media type "%s" with 415 (DCR-EP-02)', async (type) => {
    await using world = createWorld()
    const response = await world.app.inject({
      method: 'POST',
      url: '/register',
      payload: JSON.stringify(body),
      headers: type === '' ? {} : { 'content-type': type },
    })
    expect(response.statusCode).toBe(415)
    expect(response.json()).toMatchObject({ error: 'invalid_client_metadata' })
    expect(response.headers['accept']).toBe('application/json')
  })

  it('answers a compressed body with 415 and says what it would take (DCR-REQ-08)', async () => {
    await using world = createWorld()
    const response = await world.app.inject({
      method: 'POST',
      url: '/register',
      payload: 'x',
      headers: { ...json, 'content-encoding': 'gzip' },
    })
    expect(response.statusCode).toBe(415)
    expect(response.headers['accept-encoding']).toBe('identity')
  })

  it('answers a body past the limit with 413 (DCR-REQ-08)', async () => {
    await using world = createWorld({ options: { bodyBytesMax: 1024 } })
    const payload = JSON.stringify({ ...body, client_name: 'x'.repeat(1024) })
    const response = await world.app.inject({ method: 'POST', url: '/register', payload, headers: json })
    expect(response.statusCode).toBe(413)
    expect(response.json()).toMatchObject({ error: 'invalid_client_metadata' })
  })

  it.each(['', '{', 'null', '[]', '"text"', '{"redirect_uris":[],"redirect\\u005furis":[]}'])(
    'answers the body %j with 400 invalid_client_metadata (DCR-REQ-01, DCR-REQ-08)',
    async (payload) => {
      await using world = createWorld()
      const response = await world.app.inject({ method: 'POST', url: '/register', payload, headers: json })
      expect(response.statusCode).toBe(400)
      expect(response.json()).toMatchObject({ error: 'invalid_client_metadata' })
      expect(response.headers['cache-control']).toBe('no-store')
      expect(response.headers['pragma']).toBe('no-cache')
    },
  )

  it('asks for a token before it looks at a body (DCR-IAT-02)', async () => {
    await using world = createWorld({ realms: [realm({ registration: { initialAccessTokenRequired: true } })] })
    const response = await world.app.inject({
      method: 'POST',
      url: '/register',
      payload: '{',
      headers: { 'content-type': 'text/plain' },
    })
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toBe('Bearer')
  })

  it('tells about a wrong token before it tells about a wrong body (DCR-IAT-02)', async () => {
    const register = async () => {
      throw new Refusal('invalid_token', 'the initial access token is not valid')
    }
    await using world = createWorld({ registration: { register } })
    const headers = { 'content-type': 'text/plain', authorization: 'Bearer nonsense' }
    const response = await world.app.inject({ method: 'POST', url: '/register', payload: '{', headers })
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toContain('error="invalid_token"')
  })

  it('does not look at a token in the query (DCR-IAT-01)', async () => {
    await using world = createWorld({ realms: [realm({ registration: { initialAccessTokenRequired: true } })] })
    const response = await world.app.inject({ method: 'POST', url: '/register?access_token=abc', payload: body })
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toBe('Bearer')
  })

  it.each(['Bearer ä', 'Bearer a b', 'Bearer', 'DPoP "x"'])(
    'answers the malformed %j with 401 invalid_token',
    async (authorization) => {
      await using world = createWorld()
      const response = await world.app.inject({ method: 'POST', url: '/register', payload: body, headers: { authorization } })
      expect(response.statusCode).toBe(401)
      expect(response.json()).toMatchObject({ error: 'invalid_token' })
      expect(world.asked).toEqual([])
    },
  )

  it('refuses what a trusted proxy got in clear when the issuer is https (DCR-EP-04)', async () => {
    await using world = createWorld({
      realms: [realm({ issuer: 'https://as.example' })],
      options: { trustedProxies: ['127.0.0.1'] },
    })
    const headers = { 'x-forwarded-proto': 'http' }
    const response = await world.app.inject({ method: 'POST', url: '/register', payload: body, headers })
    expect(response.statusCode).toBe(400)
    expect(world.asked).toEqual([])
  })
})

describe('a registration', () => {
  it.each(['application/json', 'Application/JSON; charset=utf-8', 'application/json;charset=UTF-8'])(
    'is accepted as %s, with 201, no-store and JSON (DCR-EP-01, DCR-EP-02, DCR-RSP-09)',
    async (type) => {
      await using world = createWorld()
      const headers = { 'content-type': type }
      const response = await world.app.inject({ method: 'POST', url: '/register', payload: JSON.stringify(body), headers })
      expect(response.statusCode).toBe(201)
      expect(response.headers['content-type']).toMatch(/^application\/json/)
      expect(response.headers['cache-control']).toBe('no-store')
      expect(response.headers['pragma']).toBe('no-cache')
      expect(response.headers['location']).toBeUndefined()
      expect(response.json()).toMatchObject({ ...body, client_id: information().client.client_id })
    },
  )

  it('hands the token, its proof and the address of the issuer to the domain, whatever Host says (SEC-TP-03)', async () => {
    await using world = createWorld()
    const headers = { ...json, authorization: 'DPoP abc', dpop: 'proof', host: 'evil.example' }
    const response = await world.app.inject({
      method: 'POST',
      url: '/realms/acme/register?x=1',
      payload: JSON.stringify(body),
      headers,
    })
    expect(world.asked[0]).toMatchObject({
      realm: { name: 'acme' },
      body,
      dialect: { name: 'standard' },
      presented: {
        scheme: 'DPoP',
        value: 'abc',
        dpopProof: 'proof',
        method: 'POST',
        url: 'http://localhost:4400/realms/acme/register',
      },
      source: { address: '127.0.0.1', requestId: response.headers['x-request-id'] },
    })
    expect(response.json().registration_client_uri).toBe(
      `http://localhost:4400/realms/acme/register/${information().client.client_id}`,
    )
  })

  it('presents nothing when Authorization holds another scheme', async () => {
    await using world = createWorld()
    const response = await world.app.inject({
      method: 'POST',
      url: '/register',
      payload: body,
      headers: { authorization: 'Basic YTpi' },
    })
    expect(response.statusCode).toBe(201)
    expect(world.asked[0]).not.toHaveProperty('presented')
  })
})
