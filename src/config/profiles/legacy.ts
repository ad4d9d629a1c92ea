import type { Profile } from './profile.ts'

/** What walk-throughs and clients from before RFC 9700 expect. Nothing in it is recommended to anybody. */
export const legacy: Profile = {
  name: 'legacy',
  summary: 'What software from before RFC 9700 expects: implicit and hybrid flows, no PKCE, sign-in by HTTP Basic.',
  cites: ['RFC 6749', 'RFC 6750'],
  settings: {
    grants: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
    responseTypes: ['code', 'token', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token'],
    authMethods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'tls_client_auth', 'none'],
    // Only for who registered for it.
    pkce: 'optional',
    tokens: { signingAlgorithms: ['RS256', 'ES256', 'PS256'] },
    signIn: 'http-basic',
  },
  limits: [],
}
