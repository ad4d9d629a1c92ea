import { describe, expect, it } from 'vitest'
import { redirectUri, register, registered } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]
const valid = JSON.stringify({ redirect_uris })

describe('RFC 7591 §3.1, client registration request', () => {
  const server = serveSuite()

  it.each(['application/json', 'application/json;charset=UTF-8', 'Application/JSON'])(
    'accepts a POST with the media type %s (DCR-EP-01, DCR-EP-02)',
    async (type) => {
      expect(await register(server, valid, { 'content-type': type })).toMatchObject({ status: 201 })
    },
  )

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jwt', 'application/jsonp'])(
    'refuses the media type %s (DCR-EP-01, DCR-EP-02)',
    async (type) => {
      const answer = await register(server, valid, { 'content-type': type })
      expect(answer).toMatchObject({ status: 415, body: { error: 'invalid_client_metadata' } })
    },
  )

  it.each(['[]', '"text"', 'null', '7', 'true', '', '{', '{"redirect_uris":["https://app.example/cb"]} {}'])(
    'refuses the body %j (DCR-REQ-01)',
    async (body) => {
      expect(await register(server, body)).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
    },
  )

  it('finds no parameter below the top level (DCR-REQ-01)', async () => {
    const answer = await register(server, { client: { redirect_uris }, metadata: { redirect_uris } })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } })
  })

  it('refuses duplicate names, bad UTF-8, deep nesting and oversize (DCR-REQ-08)', async () => {
    const twice = '{"redirect_uris":["https://app.example/cb"],"redirect_uris":["https://evil.example/"]}'
    expect(await register(server, twice)).toMatchObject({ status: 400 })
    const broken = new Uint8Array([...Buffer.from('{"client_name":"'), 0xff, 0xfe, ...Buffer.from('"}')])
    expect(await register(server, broken)).toMatchObject({ status: 400 })
    expect(await register(server, `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)).toMatchObject({ status: 400 })
    expect(await register(server, { redirect_uris, client_name: 'x'.repeat(100_000) })).toMatchObject({ status: 413 })
    const many = Array.from({ length: 1000 }, (_, index) => `https://a.example/${index}`)
    expect(await register(server, { redirect_uris: many })).toMatchObject({ status: 400 })
  })

  it('takes null and empty strings for left out (DCR-REQ-07)', async () => {
    const { status, body } = await register(server, { redirect_uris, logo_uri: '', scope: '', contacts: null })
    expect(status).toBe(201)
    expect(body).not.toHaveProperty('logo_uri')
    expect(body).not.toHaveProperty('contacts')
    expect(body['scope']).not.toBe('')
  })

  it('fills in the defaults (DCR-REQ-03)', async () => {
    expect((await register(server, { redirect_uris })).body).toMatchObject({
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      application_type: 'web',
    })
  })

  it.each([
    ['redirect_uris', 'invalid_redirect_uri'],
    ['grant_types', 'invalid_client_metadata'],
    ['client_name', 'invalid_client_metadata'],
    ['contacts', 'invalid_client_metadata'],
    ['default_max_age', 'invalid_client_metadata'],
    ['jwks', 'invalid_client_metadata'],
  ])('refuses %s of the wrong type with %s, without coercion (DCR-REQ-09)', async (member, error) => {
    const types: Record<string, unknown> = { number: 1.5, string: 'text', boolean: true, array: [1], object: { a: 1 } }
    const right = { client_name: 'string' }[member]
    for (const [type, value] of Object.entries(types).filter(([name]) => name !== right)) {
      const answer = await register(server, { redirect_uris, [member]: value })
      expect({ type, status: answer.status, error: answer.body['error'] }).toEqual({ type, status: 400, error })
    }
  })

  it('lets no client choose its identifier, its secret or its management (DCR-REQ-10)', async () => {
    const chosen = {
      client_id: 'chosen',
      client_secret: 'chosen-secret-chosen-secret-chosen',
      client_id_issued_at: 1,
      client_secret_expires_at: 1,
      registration_access_token: 'chosen',
      registration_client_uri: 'https://evil.example/',
    }
    const { status, text, body } = await register(server, { redirect_uris, ...chosen })
    expect([201, 400]).toContain(status)
    for (const [name, value] of Object.entries(chosen)) expect(body[name]).not.toBe(value)
    expect(text).not.toContain('chosen-secret')
  })

  it('keeps apart what is self-asserted: administrators see the channel that it came through (DCR-REQ-06)', async () => {
    const { client_id } = await registered(server, { redirect_uris, client_name: 'Says so itself' })
    const response = await server.admin('GET', `/realms/default/clients/${client_id}`)
    expect(await response.json()).toMatchObject({ channel: 'open' })
  })
})
