import type { Realm } from '../../src/registration/index.ts'

/** Settings of registration that make no difference, for the realms of tests to start from. */
export const plainRegistration = {
  agentsAllowed: false,
  unusableMetadata: 'refuse',
  sectorDocuments: 'always',
  registrationAccessTokens: 'issued',
  tokensAfterDeletion: 'end',
  unknownClientRevokesToken: false,
  allowedExclusiveScopes: [],
  unknownScopes: 'narrow',
  omittedScope: 'default-scopes',
  softwareStatements: { required: false, onUpdate: 'accept', requiredClaims: [] },
  signedRequests: {
    accepted: 'never',
    algorithms: ['PS256', 'ES256'],
    audiences: [],
    audienceRequired: true,
    lifetimeSecondsMax: 600,
    clockSkewSeconds: 30,
    jti: 'single-use',
    jtiFormat: 'any',
  },
  clientCertificateIssuer: { rule: 'any' },
  pendingClientLifetimeSeconds: 0,
  unusedClientLifetimeSeconds: 0,
} as const satisfies Partial<Realm['registration']>
