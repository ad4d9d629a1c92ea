import { createRemoteJWKSet, jwtVerify } from 'jose'

/** Broader scopes, and what they include: who may write may use every other tool as well. */
const included = { 'mcp:write': ['mcp:tools'] }

/** Checks access tokens of the issuer that were made for a resource; gives what they say, or nothing. */
export async function createVerifier(issuer) {
  const { jwks_uri } = await discover(issuer)
  const keys = createRemoteJWKSet(new URL(jwks_uri))
  return (token, resource) => verify(token, { issuer, resource, keys })
}

export function holdsScopes(held, needed) {
  const all = held.flatMap((scope) => [scope, ...(included[scope] ?? [])])
  return needed.every((scope) => all.includes(scope))
}

/** RFC 8414 §3: an authorization server describes itself. Its issuer must be the one that we were told to trust. */
async function discover(issuer) {
  const { origin, pathname } = new URL(issuer)
  const address = `${origin}/.well-known/oauth-authorization-server${pathname === '/' ? '' : pathname}`
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${issuer} has no metadata: ${response.status}`)
  const metadata = await response.json()
  if (metadata.issuer !== issuer) throw new Error(`${issuer} calls itself ${metadata.issuer}`)
  return metadata
}

/**
 * RFC 9068 §4: signed by the issuer, made for us and nobody else, an access token (not an ID token), and still good. A token for
 * another resource is not accepted, and never passed on.
 */
async function verify(token, { issuer, resource, keys }) {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: resource,
      typ: 'at+jwt',
      algorithms: ['ES256', 'EdDSA', 'RS256', 'PS256'],
      requiredClaims: ['exp', 'client_id', 'sub'],
    })
    // Bound to a key or certificate that nobody has shown here: as a bearer token it is worth nothing (RFC 9449 §7.2).
    if (payload.cnf !== undefined) return undefined
    return {
      token,
      clientId: String(payload.client_id),
      scopes: String(payload.scope ?? '').split(' '),
      expiresAt: payload.exp,
      extra: { subject: payload.sub, actors: actorsOf(payload.act) },
    }
  } catch {
    return undefined
  }
}

/** RFC 8693 §4.1: who acts for the subject right now, then those before. */
function actorsOf(act) {
  return act === undefined ? [] : [act.sub, ...actorsOf(act.act)]
}
