/** Below the issuer, and the methods that each path answers. */
export const routes = {
  authorization: '/authorize',
  backchannel_authentication: '/backchannel',
  code_verification: '/device',
  device_authorization: '/device_authorization',
  end_session: '/logout',
  introspection: '/introspect',
  jwks: '/jwks',
  pushed_authorization_request: '/par',
  registration: '/register',
  revocation: '/revoke',
  token: '/token',
  userinfo: '/userinfo',
} as const

export const methodsByPath: Readonly<Record<string, readonly string[]>> = {
  [routes.authorization]: ['GET', 'POST'],
  [routes.backchannel_authentication]: ['POST'],
  [routes.code_verification]: ['GET', 'POST'],
  [routes.device_authorization]: ['POST'],
  [routes.end_session]: ['GET', 'POST'],
  [routes.introspection]: ['POST'],
  [routes.jwks]: ['GET'],
  [routes.pushed_authorization_request]: ['POST'],
  [routes.revocation]: ['POST'],
  [routes.token]: ['POST'],
  [routes.userinfo]: ['GET', 'POST'],
}

/** OpenID Connect Discovery §4, RFC 8414 §3: two names, one document. */
export const discoveryPaths: readonly string[] = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']
