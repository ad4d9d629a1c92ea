import { describe, expect, it } from 'vitest'
import { ConfigurationError, loadConfiguration, type RealmDefinition } from '../../src/config/index.ts'
import { profiledRealmSchema } from '../../src/config/profiled-realm-schema.ts'
import { profiles } from '../../src/config/profiles/profiles.ts'
import { writeConfiguration } from './write-configuration.ts'

async function load(realm: string): Promise<RealmDefinition> {
  const { file, data } = await writeConfiguration(`mode: development\nrealms:\n  default:\n${indented(realm)}`)
  const { realms } = await loadConfiguration(file, { data }, {})
  if (realms[0] === undefined) throw new Error('there is no realm')
  return realms[0]
}

async function problemsOf(realm: string): Promise<readonly string[]> {
  const error = await load(realm).catch((reason: unknown) => reason)
  if (!(error instanceof ConfigurationError)) throw new Error('the configuration was accepted', { cause: error })
  return error.problems.map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`)
}

const indented = (text: string) =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')

describe('a profile that is overridden', () => {
  it('is told where it stands, and what would be accepted, if that is below its floor (SEC-F2-12)', async () => {
    const problems = await problemsOf(`profile: fapi2
pkce: public
authMethods: [private_key_jwt, client_secret_basic]
requirePushedAuthorizationRequests: false
requireSenderConstrainedTokens: false
messageRules: standard
clientSigningAlgorithms: [RS256]
responseTypes: [code, code id_token]
grants: [authorization_code, implicit]
features: { pushedAuthorizationRequests: false, dPoP: false }
tokens: { signingAlgorithms: [RS256], rotateRefreshTokens: true, authorizationCodeLifetime: 2m }`)
    expect(problems).toEqual([
      'messageRules: must be fapi2 with profile fapi2 (FAPI 2.0 §5.3.2); or choose another profile',
      expect.stringMatching(/^responseTypes: must be nothing but code with/),
      expect.stringMatching(
        /^authMethods: must be nothing but private_key_jwt, tls_client_auth, self_signed_tls_client_auth with/,
      ),
      expect.stringMatching(/^clientSigningAlgorithms: must be nothing but PS256, ES256, EdDSA, Ed25519 with/),
      expect.stringMatching(/^requirePushedAuthorizationRequests: must be true with/),
      expect.stringMatching(/^features.pushedAuthorizationRequests: must be true with/),
      expect.stringMatching(/^requireSenderConstrainedTokens: must be true with/),
      expect.stringMatching(/^features.dPoP: must be true, or features.mTLS instead with/),
      expect.stringMatching(/^pkce: must be required with/),
      expect.stringMatching(/^tokens.signingAlgorithms: must be nothing but PS256, ES256, EdDSA with/),
      expect.stringMatching(/^tokens.rotateRefreshTokens: must be false with/),
      expect.stringMatching(/^tokens: must be such that codes live for 60s at most/),
    ])
  })

  it('has the floors of FAPI 1.0 Advanced as well', async () => {
    const problems = await problemsOf(`profile: fapi1-advanced
responseTypes: [code, id_token]
requireSignedRequestObjects: false
features: { mTLS: false, jwtResponseModes: false }
tokens: { signingAlgorithms: [EdDSA] }`)
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(':')))).toEqual([
      'responseTypes',
      'requireSignedRequestObjects',
      'features.mTLS',
      'tokens.signingAlgorithms',
      'features.jwtResponseModes',
    ])
  })

  it('has no floor where it only has defaults', async () => {
    for (const name of ['oauth21', 'oidc', 'legacy']) {
      const { base } = await load(`profile: ${name}\npkce: public\nresponseTypes: [code]\ngrants: [authorization_code]`)
      expect(base).toMatchObject({ profile: name, pkce: 'public', capabilities: { responseTypes: ['code'] } })
    }
  })

  it('judges the clients of the file by its floor (SEC-F2-12)', async () => {
    const problems = await problemsOf(`profile: fapi2
clients:
  - { client_id: lax, redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: none }`)
    expect(problems).toEqual([expect.stringMatching(/^clients\.0\.token_endpoint_auth_method: .*private_key_jwt/)])
  })

  it('is not offered under another name', async () => {
    expect(await problemsOf('profile: fapi')).toEqual([
      expect.stringMatching(/^profile: "fapi" is not accepted; give one of oauth21, oidc, fapi2, fapi1-advanced, legacy/),
    ])
  })

  it.each([
    [
      'requirePushedAuthorizationRequests: true\nfeatures: { pushedAuthorizationRequests: false }',
      'requirePushedAuthorizationRequests',
    ],
    ['requireSignedRequestObjects: true\nfeatures: { requestObjects: false }', 'requireSignedRequestObjects'],
    ['requireSenderConstrainedTokens: true\nfeatures: { dPoP: false }', 'requireSenderConstrainedTokens'],
    [
      'requireSenderConstrainedTokens: true\ngrants: [implicit]\nresponseTypes: [id_token token]',
      'requireSenderConstrainedTokens',
    ],
  ])('cannot demand what the realm does not offer: %s', async (realm, member) => {
    expect(await problemsOf(realm)).toEqual([expect.stringMatching(`^${member}: `)])
  })
})

describe('a profile', () => {
  it('is one of those that the schema knows', () => {
    const known: readonly string[] = profiledRealmSchema.properties.profile.enum
    expect(profiles.map(({ name }) => name)).toEqual(known)
  })

  it('is oauth21 where nothing is said, and sets nothing that was not so before', async () => {
    const silent = await load('{}')
    const named = await load('profile: oauth21')
    expect(silent.base).toEqual(named.base)
    expect(silent.base).toMatchObject({
      profile: 'oauth21',
      pkce: 'required',
      messageRules: 'standard',
      requirements: { pushedAuthorizationRequests: false, signedRequestObjects: false, senderConstrainedTokens: false },
      capabilities: { responseTypes: ['code'], grantTypes: ['authorization_code', 'refresh_token'] },
    })
  })

  it('sets members within mappings, and leaves their neighbours alone', async () => {
    const { base } = await load('profile: fapi2\ntokens: { accessTokenLifetime: 5m }\nfeatures: { mTLS: true }')
    expect(base.tokens).toMatchObject({
      accessTokenLifetimeSeconds: 300,
      rotateRefreshTokens: false,
      signingAlgorithms: ['ES256', 'PS256', 'EdDSA'],
    })
    expect(base.capabilities.features).toMatchObject({ mTLS: true, dPoP: true, introspection: true })
    expect(base.capabilities.values['token_endpoint_auth_method']).toEqual([
      'private_key_jwt',
      'tls_client_auth',
      'self_signed_tls_client_auth',
    ])
  })

  it('sets registration settings that are left out, without taking them from administrators', async () => {
    expect((await load('profile: oidc')).registration).toBeUndefined()
    const owned = await load('profile: oidc\nregistration: { enabled: true }')
    expect(owned.registration).toMatchObject({ enabled: true, omittedScope: 'common-scopes', initialAccessTokenRequired: true })
  })
})
