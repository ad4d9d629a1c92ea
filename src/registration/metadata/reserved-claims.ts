/** Claims of an access token or of its introspection that mean something to whoever verifies it. */
const reserved: ReadonlySet<string> = new Set([
  // RFC 7519 §4.1.
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'],
  // RFC 9068 §2.2 and RFC 7662 §2.2.
  ...['client_id', 'scope', 'auth_time', 'acr', 'amr', 'roles', 'groups', 'entitlements', 'active', 'username', 'token_type'],
  // RFC 7800 §3, RFC 8693 §4 and RFC 9396 §9.
  ...['cnf', 'act', 'may_act', 'authorization_details'],
  // Of this server: the grant that a token was issued under, and whose it is.
  ...['gid', 'grantId', 'accountId'],
  // OpenID Connect: the parties and the session, and who somebody is.
  ...['azp', 'nonce', 'sid', 'at_hash', 'c_hash', 's_hash', 'sub_jwk', 'events', 'vot', 'vtm', 'txn'],
])

/** Whether an extended property cannot be told in an access token under this name, since the name is taken. */
export function isReservedClaim(name: string): boolean {
  return reserved.has(name)
}
