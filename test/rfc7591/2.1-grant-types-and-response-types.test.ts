import { describe, expect, it } from 'vitest'
import { redirectUri, register } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]
const device = 'urn:ietf:params:oauth:grant-type:device_code'

describe('RFC 7591 §2.1 on a server without the implicit grant', () => {
  const server = serveSuite()

  it('derives the response types from the grants alone (DCR-GR-04)', async () => {
    const machine = await register(server, { grant_types: ['client_credentials'] })
    expect(machine).toMatchObject({ status: 201, body: { grant_types: ['client_credentials'], response_types: [] } })
    const person = await register(server, { redirect_uris, grant_types: ['authorization_code', 'refresh_token'] })
    expect(person.body['response_types']).toEqual(['code'])
  })

  it('refuses client_credentials to a public client (DCR-GR-08)', async () => {
    const answer = await register(server, { grant_types: ['client_credentials'], token_endpoint_auth_method: 'none' })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
    expect(answer.body['error_description']).toMatch(/grant_types|token_endpoint_auth_method/)
  })

  it('refuses the password grant, and does not advertise it (DCR-GR-09)', async () => {
    const answer = await register(server, { grant_types: ['password'] })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
    const mixed = await register(server, { redirect_uris, grant_types: ['authorization_code', 'password'] })
    expect(mixed.body['grant_types']).toEqual(['authorization_code'])
    const metadata = (await (await fetch(`${server.url}/.well-known/openid-configuration`)).json()) as Record<string, unknown>
    expect(metadata['grant_types_supported']).not.toContain('password')
  })

  it('does not serve the implicit grant unless configured (DCR-GR-09)', async () => {
    const answer = await register(server, { redirect_uris, grant_types: ['implicit'], response_types: ['token'] })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
    const metadata = (await (await fetch(`${server.url}/.well-known/openid-configuration`)).json()) as Record<string, unknown>
    expect(metadata['grant_types_supported']).not.toContain('implicit')
  })

  it('refuses refresh_token alone, and accepts the device grant alone (DCR-GR-05)', async () => {
    expect(await register(server, { grant_types: ['refresh_token'] })).toMatchObject({ status: 400 })
    expect(await register(server, { grant_types: [device] })).toMatchObject({
      status: 201,
      body: { grant_types: [device], response_types: [] },
    })
  })
})

describe('RFC 7591 §2.1 on a server with every flow', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/everything.yaml' })

  it.each([
    [['authorization_code'], ['id_token']],
    [['implicit'], ['code']],
    [['client_credentials'], ['code']],
    [['authorization_code'], ['code id_token']],
    [['implicit'], ['code id_token token']],
    [['authorization_code', 'implicit'], ['code']],
  ])('refuses %j with %j (DCR-GR-01, DCR-GR-02, DCR-GR-03)', async (grant_types, response_types) => {
    const answer = await register(server, { redirect_uris, grant_types, response_types })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
    expect(answer.body['error_description']).toMatch(/grant_types.*response_types/)
  })

  it.each([
    [['authorization_code'], ['code']],
    [['implicit'], ['id_token']],
    [['implicit'], ['id_token token']],
    [['authorization_code', 'implicit'], ['code id_token']],
    [['authorization_code', 'implicit'], ['code token']],
    [['authorization_code', 'implicit', 'refresh_token'], ['code id_token token']],
    [['client_credentials'], []],
  ])('accepts %j with %j (DCR-GR-02, DCR-GR-03)', async (grant_types, response_types) => {
    const answer = await register(server, { redirect_uris, grant_types, response_types })
    expect(answer).toMatchObject({ status: 201, body: { grant_types, response_types } })
  })

  it.each([
    [['id_token'], ['implicit']],
    [['code id_token'], ['authorization_code', 'implicit']],
    [['code'], ['authorization_code']],
  ])('derives from the response types %j alone the grants %j (DCR-GR-04)', async (response_types, grant_types) => {
    const { status, body } = await register(server, { redirect_uris, response_types })
    expect(status).toBe(201)
    expect([...(body['grant_types'] as string[])].sort()).toEqual(grant_types)
  })

  it('knows for every grant that it advertises which response types belong to it (DCR-GR-07)', async () => {
    const response = await fetch(`${server.url}/.well-known/openid-configuration`)
    const { grant_types_supported: grants } = (await response.json()) as { grant_types_supported: string[] }
    expect(grants.length).toBeGreaterThan(0)
    for (const grant of grants.filter((name) => name !== 'refresh_token')) {
      const { status, body } = await register(server, { redirect_uris, grant_types: [grant] })
      expect({ status, isUsed: (body['response_types'] as string[]).length > 0 }, grant).toEqual({
        status: 201,
        isUsed: grant === 'authorization_code' || grant === 'implicit',
      })
    }
  })
})
