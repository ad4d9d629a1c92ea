import { finished } from 'node:stream'
import type { FastifyInstance } from 'fastify'

/**
 * Stopping: requests that are under way are answered, new connections are refused, and a kept connection ends with its
 * answer instead of holding the process until its time runs out.
 */
export function drainOnClose(app: FastifyInstance): void {
  let isStopping = false
  const { server } = app
  app.addHook('preClose', async () => {
    isStopping = true
    server.closeIdleConnections()
  })
  app.addHook('onRequest', async (_request, reply) => {
    finished(reply.raw, () => {
      // The connection counts as idle only after the answer's own listeners have run.
      if (isStopping) setImmediate(() => server.closeIdleConnections())
    })
  })
}
