import { describe, expect, it } from 'vitest'
import {
  checkConsistency,
  completeMetadata,
  parseMetadata,
  requiresSectorDocument,
} from '../../../src/registration/metadata/index.ts'
import { quickstartRealm } from '../../support/realm.ts'
import { admit, realmWithRedirects, realmWithRegistration, refusalFrom, refusalOf } from './admit.ts'

const redirect_uris = ['https://app.example/cb']
const rules = { repairsContradictions: true, refusesUnserved: true }

function admitStrictly(body: object) {
  const realm = quickstartRealm()
  const { metadata } = completeMetadata(parseMetadata(JSON.parse(JSON.stringify(body)), realm), [], realm, rules)
  checkConsistency(metadata, realm)
  return metadata
}

describe('a dialect that leaves nothing out', () => {
  it.each([
    [{ grant_types: ['authorization_code', 'a', 'b'] }, 'grant_types', ['a', 'b']],
    [{ response_types: ['code', 'id_token'] }, 'response_types', ['id_token']],
    [{ response_types: ['token code'], grant_types: ['authorization_code'] }, 'response_types', ['token code']],
    [{ token_endpoint_auth_method: 'client_secret_misspelt' }, 'token_endpoint_auth_method', ['client_secret_misspelt']],
    [{ scope: 'openid unknown' }, 'scope', ['unknown']],
  ])('refuses %j, which others have narrowed or refused', (body, member, about) => {
    const { violations } = refusalFrom(() => admitStrictly({ redirect_uris, ...body }))
    expect(violations).toMatchObject([{ member, problem: { kind: 'unsupported', about } }])
  })

  it('tells a grant type without its response type', () => {
    const body = { redirect_uris, grant_types: ['authorization_code'], response_types: [] }
    const { violations } = refusalFrom(() => admitStrictly(body))
    expect(violations).toMatchObject([
      { member: 'response_types', problem: { kind: 'unmatched', about: ['authorization_code'] } },
    ])
  })

  it('tells what is wrong with the rest as well, redirect URIs in front', () => {
    const { violations } = refusalFrom(() => admitStrictly({ scope: 'unknown', application_type: 'unknown' }))
    expect(violations.map(({ member }) => member)).toEqual(['redirect_uris', 'scope', 'application_type'])
  })

  it('takes response types for nothing where no grant has a use for them', () => {
    const metadata = admitStrictly({ grant_types: ['client_credentials'], response_types: ['code'], redirect_uris })
    expect(metadata).toMatchObject({ grant_types: ['client_credentials'], response_types: [] })
  })

  it('admits what is served whole', () => {
    const body = { redirect_uris, grant_types: ['authorization_code'], response_types: ['code'], scope: 'openid' }
    expect(admitStrictly(body)).toMatchObject(body)
  })
})

describe('metadata that cannot be used yet', () => {
  const body = { redirect_uris, request_object_signing_alg: 'ES256' }
  const accepting = realmWithRegistration({ unusableMetadata: 'accept' })

  it('is refused unless the realm accepts it', () => {
    expect(refusalOf(body).violations).toMatchObject([{ member: 'request_object_signing_alg', problem: { kind: 'missing' } }])
  })

  it('is refused in any realm where the client could not authenticate', () => {
    const authentication = { redirect_uris, token_endpoint_auth_method: 'private_key_jwt' }
    expect(refusalOf(authentication, { realm: accepting }).violations[0]?.member).toBe('token_endpoint_auth_method')
    expect(refusalOf({ ...body, ...authentication, jwks: { keys: [] } }, { realm: accepting }).violations).toHaveLength(1)
  })

  it('gets an empty key set where the realm accepts it, so that nothing goes out in clear', () => {
    expect(admit(body, { realm: accepting })).toMatchObject({ ...body, jwks: { keys: [] } })
    expect(admit({ redirect_uris }, { realm: accepting })).not.toHaveProperty('jwks')
  })
})

describe('the settings for sectors and logout', () => {
  it('leave a sector document alone only while identifiers are public', () => {
    const realm = realmWithRegistration({ sectorDocuments: 'pairwise' })
    const sector_identifier_uri = 'https://sector.example/uris.json'
    expect(requiresSectorDocument({ sector_identifier_uri, subject_type: 'pairwise', redirect_uris }, realm)).toBe(true)
    expect(requiresSectorDocument({ sector_identifier_uri, subject_type: 'public', redirect_uris }, realm)).toBe(false)
    expect(requiresSectorDocument({ subject_type: 'pairwise', redirect_uris }, realm)).toBe(false)
  })

  it('open loopback after a logout alone, and nothing beyond it', () => {
    const realm = realmWithRedirects({ webAllowsLoopback: false, logoutAllowsLoopback: true, inferNative: false })
    const post_logout_redirect_uris = ['http://localhost/out', 'https://localhost/out']
    expect(admit({ redirect_uris, post_logout_redirect_uris }, { realm })).toMatchObject({ post_logout_redirect_uris })
    expect(refusalOf({ redirect_uris: ['http://localhost/cb'] }, { realm }).code).toBe('invalid_redirect_uri')
    for (const uri of ['http://app.example/out', 'http://localhost/out#a', 'javascript:alert(1)']) {
      const { violations } = refusalOf({ redirect_uris, post_logout_redirect_uris: [uri] }, { realm })
      expect(violations.map(({ member }) => member)).toEqual(['post_logout_redirect_uris'])
    }
  })
})
