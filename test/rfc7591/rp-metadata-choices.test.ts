import { describe, expect, it } from 'vitest'
import { clientKey } from '../support/client-keys.ts'
import { basic, post } from '../support/flows.ts'
import { redirectUri, register, registered } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]

describe('RP Metadata Choices 1.0', () => {
  const server = serveSuite()

  it('chooses one of the list, and answers with the choice alone (DCR-RMC-01)', async () => {
    const { status, body } = await register(server, {
      redirect_uris,
      token_endpoint_auth_methods_supported: ['magic', 'client_secret_post'],
      id_token_signing_alg_values_supported: ['XX256', 'ES256'],
      subject_types_supported: ['public'],
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({ token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: 'ES256' })
    expect(Object.keys(body).filter((name) => name.endsWith('_supported'))).toEqual([])
  })

  it('refuses a value that the list beside it does not contain (DCR-RMC-02)', async () => {
    const answer = await register(server, {
      redirect_uris,
      token_endpoint_auth_method: 'client_secret_basic',
      token_endpoint_auth_methods_supported: ['none'],
    })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
  })

  it('rather chooses from the list than fails for an unsupported value (DCR-RMC-03)', async () => {
    const mixed = { id_token_signed_response_alg: 'XX256', id_token_signing_alg_values_supported: ['XX256', 'PS256'] }
    expect((await register(server, { redirect_uris, ...mixed })).body['id_token_signed_response_alg']).toBe('PS256')
    const nothing = { id_token_signing_alg_values_supported: ['XX256'] }
    expect(await register(server, { redirect_uris, ...nothing })).toMatchObject({
      status: 400,
      body: { error: 'invalid_client_metadata' },
    })
  })

  it('takes the chosen method at every endpoint that authenticates clients, and no other (DCR-RMC-04, OIDR-EFF-03)', async () => {
    const client = await registered(server, {
      redirect_uris,
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    })
    const { client_id, client_secret } = client
    for (const path of ['/introspect', '/revoke', '/par']) {
      const parameters =
        path === '/par'
          ? { response_type: 'code', redirect_uri: redirectUri, code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }
          : { token: 'unknown' }
      const chosen = await post(server, path, { client_id, client_secret, ...parameters })
      const other = await post(server, path, parameters, basic(client_id, client_secret))
      expect({ path, chosen: chosen.status < 300, other: other.status }).toEqual({ path, chosen: true, other: 401 })
    }
  })

  it('does not choose a method whose keys are not there (DCR-RMC-05)', async () => {
    const methods = { token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'] }
    expect((await register(server, { redirect_uris, ...methods })).body['token_endpoint_auth_method']).toBe('none')
    const { jwk } = await clientKey('ES256', 'a')
    const withKeys = await register(server, { redirect_uris, ...methods, jwks: { keys: [jwk] } })
    expect(withKeys.body['token_endpoint_auth_method']).toBe('private_key_jwt')
  })
})
