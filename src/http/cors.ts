import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Endpoint } from './endpoints.ts'

const requestHeaders = 'authorization, content-type, dpop, mcp-protocol-version'
const exposedHeaders = 'WWW-Authenticate, Retry-After, DPoP-Nonce, X-Request-Id'
const preflightSeconds = 3600

/**
 * Any origin, never with credentials: no endpoint that is open to scripts looks at a cookie (DCR-EP-11, DCM-SEC-07).
 * Set on the raw answer, before anything else: refusals need it too, and the engine leaves CORS alone where it finds it done.
 */
export function allowAnyOrigin(reply: FastifyReply): void {
  reply.raw.setHeader('access-control-allow-origin', '*')
  reply.raw.setHeader('access-control-expose-headers', exposedHeaders)
}

/** `OPTIONS`: a browser's preflight, or somebody who asks what is possible. */
export function answerOptions({ methods }: Endpoint, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const allowed = [...methods, 'OPTIONS'].join(', ')
  if (request.headers['access-control-request-method'] === undefined) return reply.code(204).header('allow', allowed).send()
  return reply
    .code(204)
    .headers({
      'access-control-allow-methods': allowed,
      'access-control-allow-headers': requestHeaders,
      'access-control-max-age': String(preflightSeconds),
    })
    .send()
}
