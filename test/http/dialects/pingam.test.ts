import { describe, expect, it } from 'vitest'
import { toClientInformationResponse } from '../../../src/http/client-information-response.ts'
import { pingam } from '../../../src/http/dialects/pingam.ts'
import type { Client, ClientMetadata, InspectedToken, Operation } from '../../../src/registration/index.ts'
import { realm } from '../world.ts'

const alpha = realm({ name: 'alpha', issuer: 'https://as.example/am/oauth2/realms/root/realms/alpha', dialects: ['pingam'] })

function answerOf(metadata: ClientMetadata, operation: Operation = 'create') {
  const client: Client = {
    ...{ realm: 'alpha', client_id: 'c1', client_id_issued_at: 1, updatedAt: 1, channel: 'open', state: 'active' },
    ...{ firstParty: false, metadata, secrets: [], registrationAccessTokens: [], provenance: { dialect: 'pingam' } },
    ...{ lockedMembers: [], boundPolicies: [], revision: 1 },
  }
  const information = { client, registration_access_token: 'token' }
  return toClientInformationResponse(information, { realm: alpha, dialect: pingam, baseUrl: alpha.issuer }, operation)
}

describe('an answer of the dialect pingam', () => {
  it.each([
    [{}, { client_type: 'Confidential', scopes: [], response_types: ['token'], id_token_encryption_enabled: false }],
    [{ token_endpoint_auth_method: 'none' }, { client_type: 'Public' }],
    [
      { scope: 'a b', response_types: ['code'] },
      { scope: 'a b', scopes: ['a', 'b'], response_types: ['code'] },
    ],
    [{ jwks_uri: 'https://client.example/jwks' }, { public_key_selector: 'jwks_uri' }],
    [{ jwks: { keys: [] } }, { public_key_selector: 'jwks' }],
    [{ default_max_age: 1 }, { default_max_age: 1, default_max_age_enabled: true }],
    [{ userinfo_signed_response_alg: 'RS256' }, { user_info_response_format_selector: 'SIGNED_JWT' }],
    [{ userinfo_encrypted_response_alg: 'RSA-OAEP' }, { user_info_response_format_selector: 'ENCRYPTED_JWT' }],
    [
      { description: 'd', 'description#DE': 'e' },
      { client_description: 'd', 'client_description#de': 'e' },
    ],
  ])('tells of %j that it is %j', (metadata, told) => {
    expect(answerOf(metadata)).toMatchObject(told)
  })

  it('has nothing about keys and certificates that are not there', () => {
    const answer = answerOf({ jwks: { keys: [{ kty: 'RSA', x5c: ['MIIB'] }] } })
    expect(answer).not.toHaveProperty('tls_client_auth_x509_cert')
    expect(answerOf({})).not.toHaveProperty('public_key_selector')
  })

  it('shows the certificate of a client that authenticates with it, in PEM', () => {
    const metadata = { token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks: { keys: [{ x5c: ['A'.repeat(70)] }] } }
    const lines = ['-----BEGIN CERTIFICATE-----', 'A'.repeat(64), 'A'.repeat(6), '-----END CERTIFICATE-----']
    expect(answerOf(metadata)['tls_client_auth_x509_cert']).toBe(lines.join('\n'))
  })

  it('has registration access token and address in every answer but that to a read (R2.11)', () => {
    for (const operation of ['create', 'update'] as const)
      expect(answerOf({}, operation)).toHaveProperty('registration_access_token')
    const read = answerOf({}, 'read')
    expect(read).not.toHaveProperty('registration_access_token')
    expect(read).not.toHaveProperty('registration_client_uri')
  })
})

describe('introspection in the dialect pingam', () => {
  const token: InspectedToken = { claims: { sub: 'p1', exp: 100, scope: 'a b' }, grant: 'g', token: 't', now: 40 }

  it('names a person by user name, and whoever has none by subject', () => {
    const told = { realm: '/alpha', user_id: 'p1', subname: 'p1', authGrantId: 'g', auditTrackingId: 't', expires_in: 60 }
    expect(pingam.inspection?.introspection(token, alpha)).toEqual({ ...told, username: 'p1' })
    expect(pingam.inspection?.introspection({ ...token, username: 'babs' }, alpha)).toEqual({ ...told, username: 'babs' })
  })

  it('names nobody where the token does not, and tells no negative time', () => {
    const about = pingam.inspection?.introspection({ ...token, claims: { exp: 10 } }, alpha)
    expect(about).not.toHaveProperty('user_id')
    expect(about).toMatchObject({ expires_in: 0 })
  })

  it('lists scopes in tokeninfo, and the grant only where it is known', () => {
    const { answer } = pingam.inspection?.accessTokens ?? { answer: () => ({}) }
    expect(answer(token, alpha)).toMatchObject({ scope: ['a', 'b'], tokenName: 'access_token', realm: '/alpha' })
    expect(answer(token, alpha)).not.toHaveProperty('grant_type')
    expect(answer({ ...token, grantType: 'client_credentials' }, alpha)).toHaveProperty('grant_type', 'client_credentials')
  })
})
