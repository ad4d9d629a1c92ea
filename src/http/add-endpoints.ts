import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerConfiguration } from './client-configuration-endpoint.ts'
import { allowAnyOrigin, answerOptions } from './cors.ts'
import { configurationEndpoint, type Endpoint, engineEndpoints, registrationEndpoint } from './endpoints.ts'
import { answerByEngine } from './engine-endpoints.ts'
import { targetOf } from './exchange.ts'
import { methodNotAllowed, notFound } from './http-problem.ts'
import type { HttpOptions } from './options.ts'
import type { HttpPorts } from './ports.ts'
import { createRateLimits } from './rate-limits.ts'
import { answerRegistration } from './registration-endpoint.ts'

type Answer = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** Registration, client configuration, and everything that the engine answers; whatever is left over is 404 or 405. */
export function addEndpoints(app: FastifyInstance, { registration, engine }: HttpPorts, options: HttpOptions): void {
  const limits = createRateLimits(options.rateLimits)
  const parts = { registration, limits, options }
  const configure: Answer = (request, reply) => answerConfiguration(parts, request, reply)

  addEndpoint(app, registrationEndpoint, (request, reply) => answerRegistration(parts, request, reply))
  addEndpoint(app, configurationEndpoint, configure)
  for (const endpoint of engineEndpoints) {
    addEndpoint(app, endpoint, (request, reply) => answerByEngine({ engine, limits }, endpoint, request, reply))
  }
  app.setNotFoundHandler(async (request, reply) => {
    const endpoint = findEndpoint(targetOf(request).path)
    if (endpoint === undefined) throw notFound()
    if (endpoint.isOpenToScripts) allowAnyOrigin(reply)
    // Whether a method exists there is told to those alone who may be there (DCM-ERR-11).
    if (endpoint === configurationEndpoint) return configure(request, reply)
    throw methodNotAllowed(endpoint.isOpenToScripts ? [...endpoint.methods, 'OPTIONS'] : endpoint.methods)
  })
}

function addEndpoint(app: FastifyInstance, endpoint: Endpoint, answer: Answer): void {
  const { path: url, methods, isOpenToScripts } = endpoint
  if (!isOpenToScripts) {
    app.route({ method: [...methods], url, handler: answer })
    return
  }
  const onRequest = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => allowAnyOrigin(reply)
  app.route({ method: [...methods], url, onRequest, handler: answer })
  app.options(url, { onRequest }, (request, reply) => answerOptions(endpoint, request, reply))
}

const endpoints = [registrationEndpoint, configurationEndpoint, ...engineEndpoints]

function findEndpoint(path: string): Endpoint | undefined {
  const segments = path.split('/')
  return endpoints.find(({ path: pattern }) => isMatch(pattern.split('/'), segments))
}

function isMatch(pattern: readonly string[], segments: readonly string[]): boolean {
  return pattern.length === segments.length && pattern.every((part, index) => part.startsWith(':') || part === segments[index])
}
