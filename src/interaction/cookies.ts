import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Realm } from '../registration/index.ts'

export function readCookie(request: FastifyRequest, realm: Realm, name: string): string | undefined {
  const wanted = cookieName(realm, name)
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === wanted) return pair.slice(equals + 1).trim()
  }
  return undefined
}

/** `value` must be of characters that need no escaping. Without `maxAgeSeconds` it lives as long as the browser's session. */
export function setCookie(
  reply: FastifyReply,
  realm: Realm,
  cookie: { name: string; value: string; maxAgeSeconds?: number },
): void {
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Lax']
  if (isHttps(realm)) attributes.push('Secure')
  if (cookie.maxAgeSeconds !== undefined) attributes.push(`Max-Age=${cookie.maxAgeSeconds}`)
  reply.header('set-cookie', [`${cookieName(realm, cookie.name)}=${cookie.value}`, ...attributes].join('; '))
}

export function isHttps(realm: Realm): boolean {
  return new URL(realm.issuer).protocol === 'https:'
}

// `__Host-` keeps a sibling host from planting a cookie (SEC-CON-05, MCP-CON-04); it demands `Secure` and `Path=/`. So it is the
// name that keeps realms of one host apart: who signs in to one stays signed in to the others.
function cookieName(realm: Realm, name: string): string {
  return `${isHttps(realm) ? '__Host-' : ''}registrar-${name}-${realm.name}`
}
