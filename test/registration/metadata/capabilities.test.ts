import { describe, expect, it } from 'vitest'
import { findMember, memberNames } from '../../../src/registration/metadata/index.ts'
import { quickstartCapabilities, quickstartFeatures } from '../../support/realm.ts'

describe('capabilities', () => {
  it('leave out grants that are unknown, forbidden, switched off, or without a response type (DCR-GR-09)', () => {
    const { grantTypes, responseTypes } = quickstartCapabilities({
      grantTypes: [
        'authorization_code',
        'implicit',
        'password',
        'x',
        'urn:ietf:params:oauth:grant-type:device_code',
        'client_credentials',
      ],
      responseTypes: ['id_token code', 'code', 'code'],
      features: { ...quickstartFeatures, deviceFlow: false },
    })
    expect(grantTypes).toEqual(['authorization_code', 'implicit', 'client_credentials'])
    expect(responseTypes).toEqual(['code id_token', 'code'])
    expect(quickstartCapabilities({ grantTypes: ['implicit', 'client_credentials'], responseTypes: ['code'] })).toMatchObject({
      grantTypes: ['client_credentials'],
      responseTypes: [],
    })
  })

  it('leave out certificate methods and response types whose feature or grant is off', () => {
    const { values, responseTypes } = quickstartCapabilities({
      features: { ...quickstartFeatures, mTLS: false },
      responseTypes: ['code', 'code id_token'],
    })
    expect(values['token_endpoint_auth_method']).not.toContain('tls_client_auth')
    expect(values['token_endpoint_auth_method']).not.toContain('self_signed_tls_client_auth')
    expect(responseTypes).toEqual(['code'])
  })

  it('have values for every enumerated member whose features are on, and for no other (OIDR-DISC-11)', () => {
    for (const encryption of [true, false]) {
      const features = { ...quickstartFeatures, encryption }
      const expected = memberNames().filter((name) => {
        const member = findMember(name)
        return member?.enumerated && member.needs !== 'unserved' && member.needs.every((feature) => features[feature])
      })
      expect(Object.keys(quickstartCapabilities({ features }).values).sort()).toEqual([...expected].sort())
    }
  })

  it('never hold RSA1_5, and HS256 for assertions only with client_secret_jwt (OIDR-ALG-06)', () => {
    const features = { ...quickstartFeatures, encryption: true }
    const { values } = quickstartCapabilities({
      features,
      encryptionAlgorithms: ['RSA1_5', 'RSA-OAEP'],
      authMethods: ['private_key_jwt'],
    })
    expect(values['id_token_encrypted_response_alg']).toEqual(['RSA-OAEP'])
    expect(values['token_endpoint_auth_signing_alg']).not.toContain('HS256')
  })
})
