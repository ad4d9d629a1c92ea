import type { Client, ClientMetadata, Features, Realm, StoredSecret } from '../../src/registration/index.ts'
import { plainRegistration } from './plain-registration.ts'

const everyFeature: Features = {
  dPoP: true,
  mTLS: true,
  pushedAuthorizationRequests: true,
  requestObjects: true,
  requestUris: true,
  jwtResponseModes: true,
  deviceFlow: true,
  ciba: true,
  richAuthorizationRequests: true,
  encryption: false,
  introspection: true,
  revocation: true,
  rpInitiatedLogout: true,
  backchannelLogout: true,
  frontchannelLogout: true,
}

const signing = ['RS256', 'PS256', 'ES256', 'EdDSA']

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
export const cibaGrant = 'urn:openid:params:grant-type:ciba'

/** A realm that can do everything the engine can. */
export function realmAt(issuer: string): Realm {
  return {
    name: 'test',
    issuer,
    revision: 1,
    development: true,
    dialects: [],
    registration: {
      ...plainRegistration,
      enabled: true,
      initialAccessTokenRequired: false,
      initialAccessTokenScopes: ['register'],
      managementEnabled: true,
      deletionAllowed: true,
      rotateRegistrationAccessToken: 'on-update',
      registrationAccessTokenGraceSeconds: 60,
      rotateClientSecret: 'never',
      clientSecretGraceSeconds: 60,
      clientSecretLifetimeSeconds: 0,
      serverMembersInUpdate: 'ignore',
      defaultScopes: ['openid'],
      clientDefaults: {},
      redirectUris: {
        undottedSchemes: [],
        nativeAllowsHttps: true,
        inferNative: true,
        webAllowsLoopback: true,
        logoutAllowsLoopback: false,
      },
    },
    capabilities: {
      grantTypes: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials', deviceGrant, cibaGrant],
      responseTypes: ['code', 'id_token', 'code id_token', 'id_token token'],
      values: {
        application_type: ['web', 'native'],
        subject_type: ['public', 'pairwise'],
        token_endpoint_auth_method: [
          'client_secret_basic',
          'client_secret_post',
          'client_secret_jwt',
          'private_key_jwt',
          'none',
          'tls_client_auth',
          'self_signed_tls_client_auth',
        ],
        token_endpoint_auth_signing_alg: [...signing, 'HS256'],
        id_token_signed_response_alg: [...signing, 'HS256'],
        userinfo_signed_response_alg: signing,
        authorization_signed_response_alg: signing,
        request_object_signing_alg: signing,
        backchannel_authentication_request_signing_alg: signing,
      },
      authorizationDetailsTypes: ['payment'],
      clientSigningAlgorithms: [...signing, 'Ed25519'],
      features: everyFeature,
    },
    scopes: ['openid', 'profile', 'email', 'offline_access', 'mcp:tools', 'read', 'register'].map((name) => ({ name })),
    defaultTokenScopes: ['read'],
    resources: [{ id: 'api', identifier: 'https://api.example', scopes: ['read', 'mcp:tools'], accessTokenFormat: 'jwt' }],
    directories: [],
    unknownResources: 'accept',
    tokens: {
      signingAlgorithms: signing,
      accessTokenSigningAlgorithm: 'ES256',
      accessTokenLifetimeSeconds: 600,
      frontChannelTokenLifetimeSeconds: 600,
      authorizationCodeLifetimeSeconds: 60,
      idTokenLifetimeSeconds: 600,
      refreshTokenLifetimeSeconds: 86_400,
      refreshTokenIdleSeconds: 3600,
      rotateRefreshTokens: true,
      issueRefreshToken: 'always',
      deviceCodeLifetimeSeconds: 300,
      deviceCodeIntervalSeconds: 5,
    },
    profile: 'oauth21',
    pkce: 'required',
    requirements: { pushedAuthorizationRequests: false, signedRequestObjects: false, senderConstrainedTokens: false },
    messageRules: 'standard',
    errorsOfUnprovenClients: 'page',
    tokenExchange: {
      publicClients: false,
      withoutActorToken: 'client-acts',
      requireMayAct: false,
      chainLengthMax: 5,
      lifetimeSeconds: 3600,
      rules: [],
      applications: [],
      unknownAudiences: 'refuse',
    },
    signIn: 'form',
    registrationActive: true,
    scopeGroups: [],
    extendedProperties: [],
    policies: [],
    statementIssuers: [],
    trustedCas: [],
    assertionIssuers: [],
    assertionAudiences: [],
    identityProviders: [],
  }
}

export interface ClientSketch {
  readonly client_id: string
  readonly metadata?: ClientMetadata
  readonly secrets?: readonly StoredSecret[]
  readonly channel?: Client['channel']
  readonly statement?: NonNullable<Client['statement']>
  readonly state?: Client['state']
  readonly firstParty?: boolean
  readonly expiresAt?: number
  readonly agent?: NonNullable<Client['agent']>
}

/** A client as registration would have left it: with its defaults written out. */
export function clientFrom({
  metadata = {},
  secrets = [],
  channel = 'administrator',
  state = 'active',
  ...sketch
}: ClientSketch): Client {
  return {
    realm: 'test',
    client_id_issued_at: 0,
    updatedAt: 0,
    channel,
    state,
    firstParty: false,
    secrets,
    registrationAccessTokens: [],
    provenance: {},
    lockedMembers: [],
    boundPolicies: [],
    revision: 1,
    ...sketch,
    metadata: { scope: 'openid profile email offline_access mcp:tools read', ...metadata },
  }
}
