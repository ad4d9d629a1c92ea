import type { FastifyReply, FastifyRequest } from 'fastify'
import { targetOf } from './exchange.ts'

const hstsSeconds = 31_536_000

/** On every answer, whoever writes it. Pages add their own policy; JSON gets one with its body. */
export function setResponseHeaders(request: FastifyRequest, { raw }: FastifyReply): void {
  raw.setHeader('x-request-id', request.id)
  raw.setHeader('x-content-type-options', 'nosniff')
  raw.setHeader('referrer-policy', 'no-referrer')
  if (targetOf(request).realm?.issuer.startsWith('https:') === true) {
    raw.setHeader('strict-transport-security', `max-age=${hstsSeconds}`)
  }
}
