import { finished } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { targetOf } from './exchange.ts'
import type { HttpPorts } from './ports.ts'

const loggedPathMax = 256

/**
 * One log line and one measurement per request, whoever wrote the answer. The query is left out: codes, tokens in the
 * wrong place and hints at people travel there (DCM-CR-11).
 */
export function observeRequests(app: FastifyInstance, { log, recordRequest }: Pick<HttpPorts, 'log' | 'recordRequest'>): void {
  app.addHook('onRequest', async (request, reply) => {
    const start = process.hrtime.bigint()
    finished(reply.raw, () => {
      const durationSeconds = Number(process.hrtime.bigint() - start) / 1e9
      const { statusCode: status } = reply.raw
      const method = request.method
      recordRequest({ method, route: request.routeOptions.url ?? 'unmatched', status, durationSeconds })
      log.info(
        {
          request_id: request.id,
          method,
          path: request.originalUrl.split('?', 1)[0]?.slice(0, loggedPathMax),
          realm: targetOf(request).realm?.name,
          status,
          address: request.ip,
          durationSeconds,
        },
        'request',
      )
    })
  })
}
