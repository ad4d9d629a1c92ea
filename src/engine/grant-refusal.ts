import { errors } from 'oidc-provider'

/** RFC 6749 §5.2. The engine's own `InvalidGrant` keeps its reason to itself, and a client could not tell what to do about it. */
export function invalidGrant(description: string): Error {
  return new errors.CustomOIDCProviderError('invalid_grant', description)
}
