import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerConfiguration } from './client-configuration-endpoint.ts'
import { allowAnyOrigin, answerOptions } from './cors.ts'
import type { Dialect } from './dialects/dialect.ts'
import {
  allowedMethods,
  configurationEndpoint,
  type Endpoint,
  endpointAt,
  engineEndpoints,
  idTokenInfoEndpoint,
  registrationEndpoint,
  resourceMetadataEndpoint,
  tokenInfoEndpoint,
} from './endpoints.ts'
import { answerByEngine } from './engine-endpoints.ts'
import { targetOf } from './exchange.ts'
import { HttpProblem, methodNotAllowed, notFound } from './http-problem.ts'
import type { HttpOptions } from './options.ts'
import type { HttpPorts } from './ports.ts'
import { answerResourceMetadata } from './protected-resource-metadata.ts'
import { createRateLimits } from './rate-limits.ts'
import { answerRegistration } from './registration-endpoint.ts'
import { answerIdTokenInfo, answerTokenInfo } from './token-info-endpoints.ts'

type Answer = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** Registration, client configuration, and everything that the engine answers; whatever is left over is 404 or 405. */
export function addEndpoints(
  app: FastifyInstance,
  { registration, engine, baseUrlOf, describeCertificate }: HttpPorts,
  options: HttpOptions,
): void {
  const limits = createRateLimits(options.rateLimits)
  const parts = { registration, limits, options, baseUrlOf, describeCertificate }
  const configure: Answer = (request, reply) => answerConfiguration(parts, request, reply)

  addEndpoint(app, registrationEndpoint, (request, reply) => answerRegistration(parts, request, reply))
  addEndpoint(app, configurationEndpoint, configure)
  addEndpoint(app, resourceMetadataEndpoint, answerResourceMetadata)
  addEndpoint(app, tokenInfoEndpoint, (request, reply) => answerTokenInfo({ engine, limits, baseUrlOf }, request, reply))
  addEndpoint(app, idTokenInfoEndpoint, (request, reply) => answerIdTokenInfo({ engine, limits, baseUrlOf }, request, reply))
  for (const endpoint of engineEndpoints) {
    addEndpoint(app, endpoint, (request, reply) => answerByEngine({ engine, limits, baseUrlOf }, endpoint, request, reply))
  }
  app.setNotFoundHandler(async (request, reply) => {
    const { path, dialect } = targetOf(request)
    const endpoint = endpointAt(path)
    if (endpoint === undefined) throw notFound()
    if (endpoint.isOpenToScripts) allowAnyOrigin(reply)
    // Whether a method exists there is told to those alone who may be there (DCM-ERR-11).
    if (endpoint === configurationEndpoint) return configure(request, reply)
    if (endpoint === registrationEndpoint && namesClientInQuery(dialect)) throw clientMissing()
    throw methodNotAllowed(allowedMethods(endpoint, dialect))
  })
}

/** Where registration and clients share a path, a method of the latter lacks the client rather than being wrong. */
function namesClientInQuery({ paths }: Dialect): boolean {
  return paths.configuration.some((form) => form.startsWith(`${paths.registration}?`))
}

function clientMissing(): HttpProblem {
  return new HttpProblem(400, 'invalid_request', 'the query must name one client, as client_id')
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
