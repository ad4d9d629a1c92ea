import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Realm } from '../registration/index.ts'
import type { Endpoint } from './endpoints.ts'
import { calledUrl, jsonHeaders, realmOf, targetOf } from './exchange.ts'
import { notFound } from './http-problem.ts'
import type { Engine, HandOver, HttpPorts } from './ports.ts'
import type { RateLimits } from './rate-limits.ts'
import { toErrorAnswer } from './refusal-response.ts'
import type { RequestTarget } from './request-target.ts'

export interface EngineParts {
  readonly engine: Engine
  readonly limits: RateLimits
  readonly baseUrlOf: HttpPorts['baseUrlOf']
}

/** Hands the raw request to the engine, which reads the body and writes the answer itself. */
export async function answerByEngine(
  { engine, limits, baseUrlOf }: EngineParts,
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const realm = realmOf(request)
  if (endpoint.feature !== undefined && !realm.capabilities.features[endpoint.feature]) throw notFound()
  if (endpoint.authenticatesClients === true) {
    await limits.checkClientAuthentication(request.ip)
    countFailures(limits, request, reply)
  }
  const target = targetOf(request)
  const { path } = target
  reply.hijack()
  const called = calledUrl(target, baseUrlOf(realm))
  const alias = called === `${realm.issuer}${path}` ? {} : { alias: called }
  try {
    const about = { ...alias, ...inDialect(target, realm), requestId: request.id, address: request.ip }
    await engine.handle(realm, request.raw, reply.raw, about)
  } catch (error) {
    request.log.error({ err: error }, 'the engine failed')
    answerFault(error, request, reply)
  }
}

/** What the engine has to know of the dialect for this request. */
function inDialect({ dialect, path }: RequestTarget, realm: Realm): Pick<HandOver, 'discovery' | 'introspection'> {
  const { discovery, inspection } = dialect
  return {
    ...(discovery === undefined || !path.startsWith('/.well-known/') ? {} : { discovery: discovery(realm) }),
    ...(inspection === undefined
      ? {}
      : {
          introspection: {
            scopeForAll: inspection.scopeForAll,
            members: (token) => inspection.introspection(token, realm),
          },
        }),
  }
}

/** Guesses at client secrets end as 401 (RFC 6749 §5.2), and only the engine knows. */
function countFailures(limits: RateLimits, request: FastifyRequest, reply: FastifyReply): void {
  const { ip } = request
  reply.raw.once('finish', () => {
    if (reply.raw.statusCode === 401) void limits.countFailedClientAuthentication(ip)
  })
}

/** Also where the engine could not be made ready, for want of the database. */
function answerFault(error: unknown, request: FastifyRequest, { raw }: FastifyReply): void {
  if (raw.headersSent) {
    // Half an answer is worse than none: the client sees the connection end early.
    raw.destroy()
    return
  }
  const { status, headers, body } = toErrorAnswer(error, { requestId: request.id })
  raw.writeHead(status, { ...headers, ...jsonHeaders, 'content-type': 'application/json' }).end(JSON.stringify(body))
}
