import { describe, expect, it } from 'vitest'
import { completeMetadata, type NarrowingRules, narrowMetadata } from '../../../src/registration/metadata/index.ts'
import { quickstartCapabilities, quickstartRealm } from '../../support/realm.ts'
import { admit, refusalOf } from './admit.ts'

const device = 'urn:ietf:params:oauth:grant-type:device_code'
const redirect_uris = ['https://a.example/cb']
const strict: NarrowingRules = { repairsContradictions: false }

/** Everything that OpenID Connect's dynamic servers have to serve (OIDR-DISC-02, OIDR-DISC-03). */
const hybrid = quickstartRealm({
  capabilities: quickstartCapabilities({
    grantTypes: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials', device],
    responseTypes: ['code', 'id_token', 'token id_token', 'code id_token', 'none'],
  }),
})

const flowsOf = (body: object, realm = hybrid) => {
  const { grant_types, response_types } = completeMetadata({ redirect_uris, ...body }, [], realm, strict).metadata
  return [grant_types, response_types]
}

describe('grant and response types', () => {
  it.each([
    [{}, ['authorization_code'], ['code']],
    [{ grant_types: ['authorization_code'] }, ['authorization_code'], ['code']],
    [{ grant_types: ['client_credentials'] }, ['client_credentials'], []],
    [{ grant_types: [device] }, [device], []],
    [{ grant_types: [device, 'refresh_token'] }, [device, 'refresh_token'], []],
    [{ grant_types: ['implicit'] }, ['implicit'], ['id_token']],
    [{ grant_types: ['authorization_code', 'implicit'] }, ['authorization_code', 'implicit'], ['code', 'id_token']],
    [{ grant_types: [] }, [], []],
    [{ response_types: ['code'] }, ['authorization_code'], ['code']],
    [{ response_types: ['id_token'] }, ['implicit'], ['id_token']],
    [{ response_types: ['id_token code'] }, ['authorization_code', 'implicit'], ['code id_token']],
    [{ response_types: ['none'] }, [], ['none']],
    [{ response_types: [] }, [], []],
    [{ grant_types: ['client_credentials'], response_types: [] }, ['client_credentials'], []],
    [
      { grant_types: ['authorization_code', 'implicit'], response_types: ['code id_token'] },
      ['authorization_code', 'implicit'],
      ['code id_token'],
    ],
  ])('%j become %j and %j (DCR-GR-02, DCR-GR-03, DCR-GR-04)', (body, grants, responses) => {
    expect(flowsOf(body)).toEqual([grants, responses])
  })

  it.each([
    [{ grant_types: ['implicit'], response_types: ['code'] }],
    [{ grant_types: ['client_credentials'], response_types: ['token'] }],
    [{ grant_types: ['client_credentials'], response_types: ['code'] }],
    [{ grant_types: ['authorization_code'], response_types: ['code', 'id_token'] }],
    [{ grant_types: ['authorization_code'], response_types: ['code id_token'] }],
    [{ grant_types: ['authorization_code', 'implicit'], response_types: ['code'] }],
    [{ grant_types: ['authorization_code'], response_types: [] }],
    [{ grant_types: [], response_types: ['code'] }],
  ])('%j contradict each other and are refused, both named (DCR-GR-01)', (body) => {
    const { code, message } = refusalOf({ redirect_uris, ...body }, { realm: hybrid })
    expect(code).toBe('invalid_client_metadata')
    expect(message).toMatch(/grant_types.*response_types/)
  })

  it('that contradict each other are refused where neither would be served either (example E)', () => {
    expect(refusalOf({ grant_types: ['implicit'], response_types: ['code'], redirect_uris }).message).toMatch(
      /grant_types.*response_types/,
    )
  })

  it.each([
    [{ grant_types: ['client_credentials'], response_types: ['token'] }, ['client_credentials'], []],
    [{ grant_types: ['client_credentials'], response_types: ['code'] }, ['client_credentials'], []],
    [{ grant_types: ['authorization_code'], response_types: ['id_token'] }, ['authorization_code'], ['code']],
    [
      { grant_types: ['implicit', 'authorization_code'], response_types: ['code'] },
      ['implicit', 'authorization_code'],
      ['code', 'id_token'],
    ],
  ])('%j are made to agree where a dialect repairs contradictions', (body, grants, responses) => {
    const metadata = admit({ redirect_uris, ...body }, { realm: hybrid, repairsContradictions: true })
    expect(metadata).toMatchObject({ grant_types: grants, response_types: responses })
  })

  it.each([
    [
      ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
      ['authorization_code', 'refresh_token'],
    ],
    [['authorization_code', 'password', 'x-unknown', 'implicit'], ['authorization_code']],
    [['authorization_code', 'authorization_code'], ['authorization_code']],
    [['client_credentials', 'refresh_token'], ['client_credentials']],
  ])('%j are narrowed to %j, the response types following (DCR-REQ-04, DCR-GR-09)', (grants, narrowed) => {
    expect(flowsOf({ grant_types: grants }, quickstartRealm())[0]).toEqual(narrowed)
  })

  it('that only narrowing has put at odds are trimmed', () => {
    const body = {
      grant_types: ['authorization_code', 'implicit', 'client_credentials'],
      response_types: ['code', 'code id_token'],
    }
    expect(flowsOf(body, quickstartRealm())).toEqual([['authorization_code', 'client_credentials'], ['code']])
  })

  it.each([
    [{ grant_types: ['password'] }, 'grant_types'],
    [{ grant_types: ['refresh_token'] }, 'refresh token'],
    [{ grant_types: ['urn:ietf:params:oauth:grant-type:jwt-bearer', 'refresh_token'] }, 'grant_types'],
    [{ response_types: ['code id_token'] }, 'response_types'],
    [{ grant_types: ['authorization_code', 'implicit'], response_types: ['code id_token'] }, 'response_types'],
    [{ scope: 'unknown other' }, 'scope'],
    [{ authorization_details_types: ['unknown'] }, 'authorization_details_types'],
  ])('%j are refused when nothing usable is left (DCR-GR-05)', (body, named) => {
    expect(refusalOf({ redirect_uris, ...body }).message).toContain(named)
  })

  it('leave a line in the decision record for every change', () => {
    const asked = { redirect_uris, grant_types: ['authorization_code', 'password'], scope: 'openid x' }
    const { amendments } = narrowMetadata(asked, quickstartRealm(), strict)
    expect(amendments).toMatchObject([
      { member: 'grant_types', from: ['authorization_code', 'password'], to: ['authorization_code'] },
      { member: 'scope', from: 'openid x', to: 'openid' },
    ])
  })
})

describe('scope', () => {
  it('loses unknown and repeated words, and keeps its order (DCR-MD-08)', () => {
    expect(admit({ redirect_uris, scope: ' email  openid email notes ' }).scope).toBe('email openid')
  })

  it('cannot contain what self-registered clients may not have (SEC-IMP-06)', () => {
    const realm = quickstartRealm()
    const careful = {
      ...realm,
      registration: { ...realm.registration, allowedScopes: ['openid'], defaultScopes: ['openid', 'mcp:tools'] },
    }
    expect(admit({ redirect_uris, scope: 'openid mcp:tools' }, { realm: careful }).scope).toBe('openid')
    expect(admit({ redirect_uris }, { realm: careful }).scope).toBe('openid')
    expect(refusalOf({ redirect_uris, scope: 'mcp:tools' }, { realm: careful }).message).toContain("one of 'openid'")
  })

  it('of nothing but spaces asks for nothing', () => {
    expect(admit({ redirect_uris, scope: '  ' })).not.toHaveProperty('scope')
  })
})

describe('an authentication method that the realm does not have', () => {
  const realmWith = (...authMethods: readonly string[]) =>
    quickstartRealm({ capabilities: quickstartCapabilities({ authMethods }) })

  it('is refused when it proves more than what is left, or is no method at all (DCR-UNK-05, DCR-EP-09)', () => {
    const served = realmWith('none', 'client_secret_basic')
    for (const method of ['private_key_jwt', 'client_secret_jwt', 'spiffe_jwt', 'Client_Secret_Basic', 'password']) {
      const refusal = refusalOf({ redirect_uris, token_endpoint_auth_method: method }, { realm: served })
      expect(refusal.message).toContain("token_endpoint_auth_method must be one of 'none', 'client_secret_basic'")
    }
  })

  it('is refused for a client that has to authenticate, where no secret is served (DCR-GR-08)', () => {
    const body = { grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_post' }
    expect(refusalOf(body, { realm: realmWith('none', 'private_key_jwt') }).message).toContain('token_endpoint_auth_method')
  })

  it('becomes the other plain secret, or none for a client that can be public (DCR-MD-02)', () => {
    const body = { redirect_uris, token_endpoint_auth_method: 'client_secret_post' }
    expect(admit(body, { realm: realmWith('none', 'client_secret_basic') }).token_endpoint_auth_method).toBe(
      'client_secret_basic',
    )
    expect(admit(body, { realm: realmWith('none') }).token_endpoint_auth_method).toBe('none')
  })
})

describe('RP Metadata Choices', () => {
  it('become the one value that is used, and are never kept (DCR-RMC-01, DCR-RMC-03)', () => {
    const body = {
      redirect_uris,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
      token_endpoint_auth_signing_alg_values_supported: ['ES256'],
      id_token_signing_alg_values_supported: ['ML-DSA-44', 'PS256', 'ES256'],
    }
    expect(admit(body)).toMatchObject({ token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'PS256' })
    expect(Object.keys(admit(body)).filter((name) => name.endsWith('_supported'))).toEqual([])
    expect(admit({ ...body, jwks_uri: 'https://a.example/jwks' })).toMatchObject({
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
    })
  })

  it('that lack the single value, or hold nothing supported, are refused (DCR-RMC-02, DCR-RMC-03)', () => {
    const lacking = { id_token_signed_response_alg: 'ES256', id_token_signing_alg_values_supported: ['PS256'] }
    expect(refusalOf({ redirect_uris, ...lacking }).message).toContain('id_token_signing_alg_values_supported')
    expect(refusalOf({ redirect_uris, subject_types_supported: ['other'] }).message).toContain('subject_types_supported')
    expect(refusalOf({ redirect_uris, subject_types_supported: [] }).message).toContain('subject_types_supported')
  })
})
