import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ecosystem, startEcosystem } from './ecosystem.ts'

describe('UK', () => {
  let uk: Ecosystem
  beforeAll(async () => {
    uk = await startEcosystem('uk')
  })
  afterAll(() => uk?.stop())

  it('registers', async () => {
    const statement = await uk.statement()
    const body = await uk.signed({
      iss: '1fpzmq4VRHPQOZTvbjDUxl',
      software_statement: statement,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'PS256',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      application_type: 'web',
      scope: 'openid accounts',
      id_token_signed_response_alg: 'PS256',
      request_object_signing_alg: 'PS256',
    })
    const answer = await uk.call('/register', { method: 'POST', headers: { 'content-type': 'application/jwt' }, body })
    expect(answer.status).toBe(201)
  })
})
