import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Operation } from '../registration/index.ts'
import { configurationEndpoint, endpointAt, registrationEndpoint } from './endpoints.ts'
import { sendJson, targetOf } from './exchange.ts'
import { HttpProblem } from './http-problem.ts'
import { isFault, type RefusalPlace, toErrorAnswer } from './refusal-response.ts'

/** Whatever is thrown while a request is answered ends here, as JSON. */
export function addErrorAnswers(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => answerError(toProblem(error), request, reply))
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isFault(error)) request.log.error({ err: error }, 'a request failed')
  const { realm } = targetOf(request)
  const place = placeOf(request)
  const { status, headers, body } = toErrorAnswer(error, {
    requestId: request.id,
    ...(realm === undefined ? {} : { realm }),
    ...(place === undefined ? {} : { place }),
  })
  for (const [name, value] of Object.entries(headers)) reply.header(name, value)
  return sendJson(reply, status, body)
}

/** Dialects have words for the endpoints of registration; the others are the engine's. */
function placeOf(request: FastifyRequest): RefusalPlace | undefined {
  const { dialect, path } = targetOf(request)
  const endpoint = endpointAt(path)
  if (endpoint === registrationEndpoint) return { dialect, endpoint: 'registration', operation: 'create' }
  if (endpoint !== configurationEndpoint) return undefined
  const operation = operations[request.method]
  return { dialect, endpoint: 'client-configuration', ...(operation === undefined ? {} : { operation }) }
}

const operations: Readonly<Record<string, Operation>> = { GET: 'read', PUT: 'update', PATCH: 'update', DELETE: 'delete' }

/** An address that cannot be decoded belongs to no route: no hook has run, and no realm is known. */
export function answerBadAddress(_error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = new HttpProblem(400, 'invalid_request', 'the address of the request is malformed')
  const { status, body } = toErrorAnswer(problem, { requestId: request.id })
  sendJson(reply.header('x-request-id', request.id), status, body)
}

/** The framework's own complaints about a request (such as a body that a page could not read) are told too. */
function toProblem(error: unknown): unknown {
  if (!(error instanceof Error) || !('statusCode' in error) || !('code' in error)) return error
  const { statusCode, code } = error
  const isRequesters = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 && String(code).startsWith('FST_')
  return isRequesters ? new HttpProblem(statusCode, 'invalid_request', error.message) : error
}
