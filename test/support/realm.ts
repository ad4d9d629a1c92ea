import { type CapabilityOptions, capabilitiesOf, type Realm } from '../../src/registration/index.ts'
import { plainRegistration } from './plain-registration.ts'

/**
 * The realm that `examples/quickstart.yaml` describes, as the domain sees it, but for default scopes: a test that is about
 * them says so. `overrides` replace whole members.
 */
export function quickstartRealm(overrides: Partial<Realm> = {}): Realm {
  return {
    name: 'default',
    issuer: 'http://localhost:4400',
    revision: 1,
    development: true,
    dialects: [],
    registration: quickstartRegistration,
    capabilities: quickstartCapabilities(),
    scopes: ['openid', 'profile', 'email', 'offline_access', 'mcp:tools'].map((name) => ({ name })),
    defaultTokenScopes: [],
    resources: [],
    directories: [],
    unknownResources: 'accept',
    tokens: {
      signingAlgorithms,
      accessTokenSigningAlgorithm: 'ES256',
      accessTokenLifetimeSeconds: 3600,
      frontChannelTokenLifetimeSeconds: 600,
      authorizationCodeLifetimeSeconds: 60,
      idTokenLifetimeSeconds: 3600,
      refreshTokenLifetimeSeconds: 2_592_000,
      refreshTokenIdleSeconds: 604_800,
      rotateRefreshTokens: true,
      issueRefreshToken: 'always',
      deviceCodeLifetimeSeconds: 600,
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
    ...overrides,
  }
}

/** What the quickstart can serve, with some of it changed. */
export function quickstartCapabilities(changes: Partial<CapabilityOptions> = {}): Realm['capabilities'] {
  return capabilitiesOf({ ...quickstartAbilities, ...changes })
}

/** Its features, for a change of one of them. */
export const quickstartFeatures: Realm['capabilities']['features'] = {
  dPoP: true,
  mTLS: true,
  pushedAuthorizationRequests: true,
  requestObjects: true,
  requestUris: false,
  jwtResponseModes: true,
  deviceFlow: true,
  ciba: true,
  richAuthorizationRequests: true,
  encryption: false,
  introspection: true,
  revocation: true,
  rpInitiatedLogout: true,
  backchannelLogout: true,
  frontchannelLogout: false,
}

const signingAlgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA']

const quickstartRegistration: Realm['registration'] = {
  ...plainRegistration,
  enabled: true,
  initialAccessTokenRequired: false,
  initialAccessTokenScopes: [],
  managementEnabled: true,
  deletionAllowed: true,
  rotateRegistrationAccessToken: 'never',
  registrationAccessTokenGraceSeconds: 300,
  rotateClientSecret: 'never',
  clientSecretGraceSeconds: 86_400,
  clientSecretLifetimeSeconds: 0,
  serverMembersInUpdate: 'ignore',
  defaultScopes: [],
  clientDefaults: {},
  redirectUris: {
    undottedSchemes: ['cursor'],
    nativeAllowsHttps: true,
    inferNative: true,
    webAllowsLoopback: true,
    logoutAllowsLoopback: false,
  },
}

const quickstartAbilities: CapabilityOptions = {
  features: quickstartFeatures,
  grantTypes: [
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'urn:ietf:params:oauth:grant-type:device_code',
    'urn:openid:params:grant-type:ciba',
  ],
  responseTypes: ['code'],
  authMethods: [
    'none',
    'client_secret_basic',
    'client_secret_post',
    'client_secret_jwt',
    'private_key_jwt',
    'tls_client_auth',
    'self_signed_tls_client_auth',
  ],
  signingAlgorithms,
  authorizationDetailsTypes: ['mcp_tool'],
}
