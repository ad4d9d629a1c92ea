import type { FastifyInstance } from 'fastify'
import { sendJson } from './exchange.ts'
import type { HttpPorts } from './ports.ts'

const livePath = '/health/live'
const readyPath = '/health/ready'

/** They belong to the process, not to an issuer. */
export const healthPaths: readonly string[] = [livePath, readyPath]

/** `live`: the process answers. `ready`: what it needs answers too. */
export function addHealthEndpoints(app: FastifyInstance, health: HttpPorts['health']): void {
  app.get(livePath, (_request, reply) => sendJson(reply, 200, { status: 'ok' }))
  app.get(readyPath, async (_request, reply) => {
    const checks = await health()
    const isReady = checks.every(({ ok }) => ok)
    const body = { status: isReady ? 'ok' : 'unavailable', checks: checks.map(({ name, ok }) => ({ name, ok })) }
    return sendJson(reply, isReady ? 200 : 503, body)
  })
}
