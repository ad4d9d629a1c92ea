import type { Profile } from './profile.ts'

/** What the OpenID Foundation certifies as "Dynamic OP": everything that Discovery §3 and Registration §8 demand, and its tests ask for. */
export const oidc: Profile = {
  name: 'oidc',
  summary:
    'An OpenID Connect provider with dynamic registration: implicit and hybrid flows, request objects by value and by reference.',
  cites: ['OpenID Connect Discovery 1.0 §3', 'OpenID Connect Dynamic Client Registration 1.0 §8', 'OIDR-DISC-02', 'OIDR-DISC-03'],
  settings: {
    scopes: ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'],
    grants: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
    responseTypes: ['code', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token', 'none'],
    authMethods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
    // Its relying parties have client authentication and `nonce`; who has neither a secret nor a host of its own still needs it.
    pkce: 'public',
    unsignedRequestObjects: 'accept',
    passwordAcr: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
    // Relying parties of its tests have registered a second ago.
    errorsOfUnprovenClients: 'redirect',
    features: { requestUris: true, frontchannelLogout: true },
    registration: {
      // Relying parties ask for scopes where they need them; no member of Registration §2 speaks of any.
      omittedScope: 'common-scopes',
      // §2 to the letter: native clients say that they are, and have no https (OIDR-AT-05, OIDR-AT-10).
      redirectUris: { inferNative: false, nativeAllowsHttps: false },
    },
  },
  limits: [],
}
