import { describe, expect, it } from 'vitest'
import { quickstartCapabilities, quickstartFeatures, quickstartRealm } from '../../support/realm.ts'
import { admit, realmWithRegistration, refusalOf } from './admit.ts'

const redirect_uris = ['https://app.example/cb']

describe('the worked examples of the catalogue', () => {
  const nativeClient = {
    client_name: 'Harbor CLI',
    redirect_uris: ['http://127.0.0.1/cb'],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  }

  it('A: a public native client gets exactly its grant and response types, and the default scope (DCR-REQ-03)', () => {
    const expected = { ...nativeClient, grant_types: ['authorization_code'], response_types: ['code'] }
    expect(admit(nativeClient)).toEqual(expected)
    const realm = realmWithRegistration({ defaultScopes: ['mcp:tools', 'gone'] })
    expect(admit(nativeClient, { realm })).toEqual({ ...expected, scope: 'mcp:tools' })
  })

  it('B: a confidential web client keeps both names and loses the unknown member (DCR-MD-02)', () => {
    const body = {
      client_name: 'Harbor',
      'client_name#pt-BR': 'Porto',
      logo_uri: 'https://app.example/logo.png',
      redirect_uris: ['https://app.example/cb?t=1'],
    }
    expect(admit({ ...body, x_unknown: true })).toEqual({
      ...body,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      application_type: 'web',
    })
  })

  it('D: a machine client has no response types and no redirect URIs (DCR-GR-04)', () => {
    expect(admit({ grant_types: ['client_credentials'] })).toEqual({
      grant_types: ['client_credentials'],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_basic',
      application_type: 'web',
    })
  })

  it('F: key members exclude each other (DCR-REQ-05)', () => {
    const refusal = refusalOf({ redirect_uris, jwks: { keys: [] }, jwks_uri: 'https://app.example/jwks' })
    expect(refusal.code).toBe('invalid_client_metadata')
    expect(refusal.message).toMatch(/jwks.*jwks_uri/)
  })
})

describe('defaults of the standards', () => {
  it('name subject type and signature of ID tokens for a client that gets any (OIDR-MD-10, OIDR-MD-11)', () => {
    const oidc = admit({ redirect_uris, scope: 'openid' })
    expect(oidc).toMatchObject({ subject_type: 'public', id_token_signed_response_alg: 'RS256' })
    const machine = admit({ grant_types: ['client_credentials'], scope: 'openid' })
    expect(machine).not.toHaveProperty('id_token_signed_response_alg')
  })

  it('name what the realm signs with where it does not serve RS256 (OIDR-ALG-05)', () => {
    const realm = quickstartRealm({
      capabilities: quickstartCapabilities({ signingAlgorithms: ['ES256', 'PS256'], subjectTypes: ['pairwise'] }),
    })
    expect(admit({ redirect_uris, scope: 'openid' }, { realm })).toMatchObject({
      subject_type: 'pairwise',
      id_token_signed_response_alg: 'ES256',
    })
  })

  it('choose a method that the realm has and the grants allow', () => {
    const only = (authMethods: readonly string[]) => quickstartRealm({ capabilities: quickstartCapabilities({ authMethods }) })
    expect(admit({ redirect_uris }, { realm: only(['none', 'client_secret_post']) }).token_endpoint_auth_method).toBe(
      'client_secret_post',
    )
    expect(admit({ redirect_uris }, { realm: only(['private_key_jwt', 'none']) }).token_endpoint_auth_method).toBe('none')
    const machine = { grant_types: ['client_credentials'], jwks_uri: 'https://app.example/jwks' }
    expect(admit(machine, { realm: only(['none', 'private_key_jwt']) }).token_endpoint_auth_method).toBe('private_key_jwt')
  })

  it('choose a grant that the realm has', () => {
    const realm = quickstartRealm({
      capabilities: quickstartCapabilities({ grantTypes: ['client_credentials'], responseTypes: [] }),
    })
    expect(admit({}, { realm })).toMatchObject({ grant_types: ['client_credentials'], response_types: [] })
  })

  it('add content encryption and a signature to what is encrypted (OIDR-MD-12, OIDR-MD-14)', () => {
    const realm = quickstartRealm({
      capabilities: quickstartCapabilities({ features: { ...quickstartFeatures, encryption: true } }),
    })
    const body = { redirect_uris, userinfo_encrypted_response_alg: 'RSA-OAEP-256', jwks_uri: 'https://app.example/jwks' }
    expect(admit(body, { realm })).toMatchObject({
      userinfo_encrypted_response_enc: 'A128CBC-HS256',
      userinfo_signed_response_alg: 'RS256',
    })
  })

  it('leave switches away that were not sent, and keep those that were', () => {
    expect(admit({ redirect_uris, require_auth_time: false })).toHaveProperty('require_auth_time', false)
    expect(admit({ redirect_uris })).not.toHaveProperty('dpop_bound_access_tokens')
  })
})

describe('layers of defaults', () => {
  it('give what is left out, the first one winning', () => {
    const layers = [
      { client_name: 'First', scope: 'email' },
      { client_name: 'Second', software_id: 'x', scope: 'openid' },
    ]
    expect(admit({ redirect_uris, software_id: 'own' }, { layers })).toMatchObject({
      client_name: 'First',
      scope: 'email',
      software_id: 'own',
    })
  })

  it('never contradict what the client said about its flows (DCR-GR-04)', () => {
    const layers = [{ grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] }]
    expect(admit({ redirect_uris }, { layers })).toMatchObject(layers[0] ?? {})
    expect(admit({ redirect_uris, response_types: ['code'] }, { layers })).toMatchObject(layers[0] ?? {})
    expect(admit({ grant_types: ['client_credentials'] }, { layers }).response_types).toEqual([])
  })

  it('give nothing that the realm does not serve', () => {
    const layers = [
      {
        scope: 'openid gone',
        token_endpoint_auth_method: 'gone',
        grant_types: ['password'],
        response_types: ['token'],
        subject_type: 'x',
      },
      { token_endpoint_auth_method: 'client_secret_post' },
    ]
    expect(admit({ redirect_uris }, { layers })).toMatchObject({
      scope: 'openid',
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code'],
      subject_type: 'public',
    })
  })

  it('do not add keys by reference to keys by value, or a name in one language to a name', () => {
    const layers = [
      { jwks_uri: 'https://layer.example/jwks', 'client_name#fr': 'Couche', id_token_signing_alg_values_supported: ['ES256'] },
    ]
    const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) }] }
    const metadata = admit({ redirect_uris, jwks, client_name: 'Own' }, { layers })
    expect(
      Object.keys(metadata).filter((name) => ['jwks_uri', 'client_name#fr'].includes(name) || name.endsWith('_supported')),
    ).toEqual([])
  })

  it('name an application type before one is inferred', () => {
    const refusal = refusalOf({ redirect_uris: ['com.example.app:/cb'] }, { layers: [{ application_type: 'web' }] })
    expect(refusal.code).toBe('invalid_redirect_uri')
  })
})

describe('what has no effect', () => {
  it('is not kept: assertions, certificates, backchannel members and empty key sets without a use', () => {
    const idle = {
      token_endpoint_auth_signing_alg: 'ES256',
      tls_client_auth_san_dns: 'a.example',
      backchannel_token_delivery_mode: 'push',
      jwks: { keys: [] },
    }
    const metadata = admit({ redirect_uris, ...idle })
    expect(Object.keys(idle).filter((name) => name in metadata)).toEqual([])
  })
})
