import { describe, expect, it } from 'vitest'
import { faceDigest } from '../../src/engine/clients/client-face.ts'
import { factsMember, projectClient } from '../../src/engine/clients/projection.ts'
import type { ClientMetadata, Realm } from '../../src/registration/index.ts'
import { clientFrom, realmAt } from '../support/engine-realm.ts'

const realm = realmAt('https://issuer.example')
const view = (seen: Realm = realm) => ({
  realm: seen,
  now: () => 1000,
  openSecret: (sealed: string) => sealed,
  unguessable: () => 'stand-in',
})
const project = (metadata: ClientMetadata, seen?: Realm) => projectClient(clientFrom({ client_id: 'c', metadata }), view(seen))

describe('the projection of a client', () => {
  it.each(['pending', 'suspended'] as const)('is nothing for a client that is %s', (state) => {
    expect(projectClient(clientFrom({ client_id: 'c', state }), view())).toBeUndefined()
  })

  it('is nothing for a client from the second on at which it expires', () => {
    const until = (expiresAt: number) => projectClient({ ...clientFrom({ client_id: 'c' }), expiresAt }, view())
    expect([until(999), until(1000)]).toEqual([undefined, undefined])
    expect(until(1001)).toBeDefined()
  })

  it('leaves out what the realm does not have any more: grants, responses, scopes', () => {
    const fewer = {
      ...realm,
      scopes: [{ name: 'openid' }],
      resources: [],
      capabilities: { ...realm.capabilities, grantTypes: ['authorization_code'], responseTypes: ['code'] },
    }
    const metadata = {
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code', 'id_token code'],
      scope: 'openid read',
    }
    expect(project(metadata, fewer)).toMatchObject({
      grant_types: ['authorization_code'],
      response_types: ['code'],
      scope: 'openid',
    })
    expect(project({ scope: 'read' }, fewer)).not.toHaveProperty('scope')
  })

  it('keeps scope groups, and dynamic scopes apart: the engine has no list of those', () => {
    const rich = {
      ...realm,
      scopes: [{ name: 'openid' }, { name: 'txn:*', dynamic: true }, { name: 'doc:*', dynamic: true }],
      scopeGroups: [{ name: 'all', scopes: ['openid'] }],
      resources: [],
    }
    const projected = project({ scope: 'openid all read txn:* doc:7 txn:' }, rich)
    expect(projected).toMatchObject({ scope: 'openid all' })
    expect(projected?.[factsMember]).toMatchObject({ scopes: ['openid', 'all', 'txn:*', 'doc:7'] })
  })

  it.each([
    { token_endpoint_auth_method: 'unheard_of' },
    { id_token_signed_response_alg: 'ES512' },
    { id_token_encrypted_response_alg: 'RSA-OAEP' },
  ])('is nothing for a client that was promised %o (OIDR-ALG-05)', (metadata) => {
    expect(project(metadata)).toBeUndefined()
  })

  it('is nothing for a client whose tokens would lose their binding', () => {
    const features = { ...realm.capabilities.features, dPoP: false }
    const without = { ...realm, capabilities: { ...realm.capabilities, features } }
    expect(project({ dpop_bound_access_tokens: true }, without)).toBeUndefined()
    expect(project({ dpop_bound_access_tokens: false }, without)).toBeDefined()
  })

  it('never has a secret that could be guessed, nor one that has expired', () => {
    expect(project({})).toMatchObject({ client_secret: 'stand-in' })
    const secrets = [
      { sealed: 'old', issuedAt: 0, expiresAt: 999 },
      { sealed: 'new', issuedAt: 0, expiresAt: 2000 },
    ]
    expect(projectClient(clientFrom({ client_id: 'c', secrets }), view())).toMatchObject({
      client_secret: 'new',
      client_secret_expires_at: 2000,
    })
  })

  it('keeps a client without a front-channel grant free of response types', () => {
    expect(project({ grant_types: ['client_credentials'] })).toMatchObject({ response_types: [] })
  })
})

describe('the face of a client', () => {
  const metadata = { client_name: 'App', redirect_uris: ['https://app.example/cb'] }

  it.each([
    { ...metadata, client_name: 'Bank' },
    { ...metadata, 'client_name#de': 'Bank' },
    { ...metadata, logo_uri: 'https://app.example/logo.png' },
    { ...metadata, redirect_uris: ['https://evil.example/cb'] },
    { ...metadata, redirect_uris: ['http://app.example/cb'] },
  ])('is another one with %o', (changed) => {
    expect(faceDigest(changed)).not.toBe(faceDigest(metadata))
  })

  it.each([
    { ...metadata, jwks_uri: 'https://app.example/jwks' },
    { ...metadata, scope: 'openid' },
    { ...metadata, redirect_uris: ['https://app.example/other', 'https://app.example/cb'] },
  ])('is the same with %o', (changed) => {
    expect(faceDigest(changed)).toBe(faceDigest(metadata))
  })
})
