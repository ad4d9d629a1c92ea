import { only, within } from './limits.ts'
import type { Profile } from './profile.ts'

const methods = ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'] as const

/** FAPI 1.0 Part 2, which the ecosystems of open banking were built on. Its floors are limits, as those of FAPI 2.0 are. */
export const fapi1Advanced: Profile = {
  name: 'fapi1-advanced',
  summary: 'FAPI 1.0 Advanced: signed requests and answers, tokens bound to certificates.',
  cites: ['FAPI 1.0 Part 2 §5.2.2', 'FAPI 1.0 Part 2 §8.6'],
  settings: {
    messageRules: 'fapi1',
    grants: ['authorization_code', 'refresh_token', 'client_credentials'],
    responseTypes: ['code id_token', 'code'],
    // Its registrations know no grant `implicit`.
    hybridGrants: 'authorization-code',
    authMethods: [...methods],
    clientSigningAlgorithms: ['PS256', 'ES256'],
    requireSignedRequestObjects: true,
    requireSenderConstrainedTokens: true,
    // With pushed requests everybody (§5.2.2-18); a hybrid request is bound by its signed answer.
    pkce: 'public',
    features: { mTLS: true, dPoP: false, requestObjects: true, jwtResponseModes: true },
    tokens: { signingAlgorithms: ['PS256', 'ES256'], authorizationCodeLifetimeSeconds: 60 },
  },
  limits: [
    only('messageRules', 'fapi1', 'FAPI 1.0 Part 2 §5.2.2'),
    within('responseTypes', ['code id_token', 'code'], 'FAPI 1.0 Part 2 §5.2.2-2'),
    within('authMethods', methods, 'FAPI 1.0 Part 2 §5.2.2-14'),
    within('clientSigningAlgorithms', ['PS256', 'ES256'], 'FAPI 1.0 Part 2 §8.6'),
    only('requireSignedRequestObjects', true, 'FAPI 1.0 Part 2 §5.2.2-1'),
    only('features.requestObjects', true, 'FAPI 1.0 Part 2 §5.2.2-1'),
    only('requireSenderConstrainedTokens', true, 'FAPI 1.0 Part 2 §5.2.2-5'),
    only('features.mTLS', true, 'FAPI 1.0 Part 2 §5.2.2-6'),
    only('features.dPoP', false, 'FAPI 1.0 Part 2 §5.2.2-6'),
    within('tokens.signingAlgorithms', ['PS256', 'ES256'], 'FAPI 1.0 Part 2 §8.6'),
    {
      path: ['features', 'jwtResponseModes'],
      accepts: '`true` where `responseTypes` has `code`',
      cites: 'FAPI 1.0 Part 2 §5.2.2-2',
      isKept: ({ features, responseTypes }) => features.jwtResponseModes || !responseTypes.includes('code'),
    },
  ],
}
