import { randomUUID } from 'node:crypto'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify'
import type { AdminRoute } from './admin-route.ts'
import { adminRoutes } from './admin-routes.ts'
import { requireAdministrator } from './authenticate.ts'
import { requestCheck } from './check-request.ts'
import { vendorRoutes } from './dialects/vendor-routes.ts'
import { openApiDocument } from './openapi-document.ts'
import { operationsRoutes } from './operations-routes.ts'
import type { AdminOptions } from './options.ts'
import type { AdminPorts } from './ports.ts'
import { Problem, problemDocument, toProblem } from './problem.ts'

/** The admin API, health and metrics, ready to listen. */
export function createAdminListener(ports: AdminPorts, options: AdminOptions): FastifyInstance {
  const app = fastify({
    loggerInstance: ports.log as FastifyBaseLogger,
    // By the name that the answers give it.
    logController: new LogController({ requestIdLogLabel: 'request_id' }),
    genReqId: () => randomUUID(),
    bodyLimit: options.bodyBytesMax,
    // A `client_id` can be the URL of a metadata document.
    routerOptions: { maxParamLength: 2048 },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    return503OnClosing: true,
  })
  readBodies(app)
  app.addHook('onSend', async (_request, reply) => void reply.headers(answerHeaders))
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) =>
    answerError(new Problem(404, 'not_found', 'there is nothing under this path'), request, reply),
  )

  const routes = adminRoutes(ports)
  const served = [...routes, ...vendorRoutes(ports)]
  for (const route of served) serve(app, ports, route)
  for (const [path, methods] of methodsByPath(served)) refuseOtherMethods(app, path, methods)
  const description = openApiDocument(routes)
  app.get('/admin/v1/openapi.json', async () => description)
  operationsRoutes(app, ports, options)
  return app
}

const answerHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

function readBodies(app: FastifyInstance): void {
  acceptEmptyJson(app)
  const texts = ['application/x-pem-file', 'application/pem-certificate-chain']
  app.addContentTypeParser(texts, { parseAs: 'string' }, (_request, body, done) => done(null, body))
  // Too much to hold at once: whoever handles it reads it line by line.
  app.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload))
}

/** `POST …/suspend` says everything in its path; many tools announce JSON all the same. */
function acceptEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (body.length === 0) done(null, undefined)
    else void parse(request, body, done)
  })
}

function serve(app: FastifyInstance, ports: AdminPorts, route: AdminRoute): void {
  const check = requestCheck(route)
  app.route({
    method: route.method,
    url: route.path,
    // Before the body is read: strangers do not get to send us anything.
    onRequest: async (request) => {
      requireAdministrator(ports, request.headers.authorization)
      requireMediaType(route, request.headers['content-type'])
    },
    ...(route.bodyBytesMax === undefined ? {} : { bodyLimit: route.bodyBytesMax }),
    handler: async (request, reply) => {
      const { params, query, body } = check(request)
      const { status, headers = {}, body: answer } = await route.handle({ params, query, body, actor: 'administrator' })
      return reply.code(status).headers(headers).send(answer)
    },
  })
}

function requireMediaType({ otherMediaTypes = [], otherMediaOnly }: AdminRoute, given: string | undefined): void {
  if (given === undefined) return
  const accepted = [...(otherMediaOnly === true ? [] : ['application/json']), ...otherMediaTypes]
  const type = given.split(';')[0]?.trim().toLowerCase() ?? ''
  if (!accepted.includes(type)) throw new Problem(415, 'unsupported_media_type', `send the body as ${accepted.join(' or ')}`)
}

function methodsByPath(routes: readonly AdminRoute[]): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>()
  for (const { path, method } of routes) paths.set(path, [...(paths.get(path) ?? []), method])
  return paths
}

function refuseOtherMethods(app: FastifyInstance, path: string, methods: readonly string[]): void {
  // Fastify answers HEAD wherever there is a GET.
  const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((method) => !methods.includes(method))
  const allow = methods.join(', ')
  const refuse = async () => {
    throw new Problem(405, 'method_not_allowed', `this path answers ${allow}`, { headers: { allow } })
  }
  app.route({ method: others, url: path, onRequest: refuse, handler: refuse })
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem =
    toProblem(error) ?? new Problem(500, 'internal_error', 'something went wrong here; the log has it under this request_id')
  if (problem.status === 500) request.log.error({ err: error }, 'a request failed')
  return reply
    .code(problem.status)
    .headers({ ...answerHeaders, ...problem.headers })
    .type('application/problem+json')
    .send(problemDocument(problem, request.id))
}
