import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { registrationEndpoint } from './endpoints.ts'
import { sendJson, targetOf } from './exchange.ts'
import { HttpProblem } from './http-problem.ts'
import { isFault, toErrorAnswer } from './refusal-response.ts'

/** Whatever is thrown while a request is answered ends here, as JSON. */
export function addErrorAnswers(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => answerError(toProblem(error), request, reply))
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isFault(error)) request.log.error({ err: error }, 'a request failed')
  const { realm, dialect, path } = targetOf(request)
  const { status, headers, body } = toErrorAnswer(error, {
    requestId: request.id,
    ...(realm === undefined ? {} : { realm }),
    ...(path === registrationEndpoint.path ? { registrationDialect: dialect } : {}),
  })
  for (const [name, value] of Object.entries(headers)) reply.header(name, value)
  return sendJson(reply, status, body)
}

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
