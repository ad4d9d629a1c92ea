import { errors } from 'oidc-provider'

/** RFC 6749 §5.2. The engine's own `InvalidGrant` keeps its reason to itself, and a client could not tell what to do about it. */
export function invalidGrant(description: string): Error {
  return new errors.CustomOIDCProviderError('invalid_grant', description)
}

const unavailableStatus = 503

/** Not `invalid_grant`: a client would throw away what it has, and it is good. */
export function temporarilyUnavailable(description: string): Error {
  const error = new errors.CustomOIDCProviderError('temporarily_unavailable', description)
  return Object.assign(error, { status: unavailableStatus, statusCode: unavailableStatus })
}
