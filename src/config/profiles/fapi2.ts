import { atLeastOne, only, within } from './limits.ts'
import type { Profile } from './profile.ts'

const methods = ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'] as const

/** FAPI 2.0 Security Profile. What it demands of the server is a limit: a realm that could be talked out of it would be another realm. */
export const fapi2: Profile = {
  name: 'fapi2',
  summary: 'FAPI 2.0 Security Profile: pushed requests, bound tokens, clients that prove a key.',
  cites: ['FAPI 2.0 Security Profile §5.3', 'SEC-F2-01', 'SEC-F2-12'],
  settings: {
    messageRules: 'fapi2',
    grants: ['authorization_code', 'refresh_token', 'client_credentials'],
    responseTypes: ['code'],
    authMethods: [...methods],
    clientSigningAlgorithms: ['PS256', 'ES256', 'EdDSA', 'Ed25519'],
    requirePushedAuthorizationRequests: true,
    requireSenderConstrainedTokens: true,
    pkce: 'required',
    // Message signing is there for who wants it; the profile itself does without.
    features: { requestObjects: true, jwtResponseModes: true },
    tokens: { signingAlgorithms: ['ES256', 'PS256', 'EdDSA'], authorizationCodeLifetimeSeconds: 60, rotateRefreshTokens: false },
  },
  limits: [
    only('messageRules', 'fapi2', 'FAPI 2.0 §5.3.2'),
    within('responseTypes', ['code'], 'FAPI 2.0 §5.3.2.2'),
    within('authMethods', methods, 'FAPI 2.0 §5.3.2.1'),
    within('clientSigningAlgorithms', ['PS256', 'ES256', 'EdDSA', 'Ed25519'], 'FAPI 2.0 §5.4.1'),
    only('requirePushedAuthorizationRequests', true, 'FAPI 2.0 §5.3.2.2'),
    only('features.pushedAuthorizationRequests', true, 'FAPI 2.0 §5.3.2.2'),
    only('requireSenderConstrainedTokens', true, 'FAPI 2.0 §5.3.2.1'),
    atLeastOne(['features.dPoP', 'features.mTLS'], 'FAPI 2.0 §5.3.2.1'),
    only('pkce', 'required', 'FAPI 2.0 §5.3.2.2'),
    within('tokens.signingAlgorithms', ['PS256', 'ES256', 'EdDSA'], 'FAPI 2.0 §5.4.1'),
    only('tokens.rotateRefreshTokens', false, 'FAPI 2.0 §5.3.2.1'),
    {
      path: ['tokens'],
      accepts: 'such that codes live for 60s at most (`authorizationCodeLifetime`)',
      cites: 'FAPI 2.0 §5.3.2.1',
      isKept: ({ tokens }) => tokens.authorizationCodeLifetimeSeconds <= 60,
    },
  ],
}
