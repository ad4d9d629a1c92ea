import type { FastifyInstance } from 'fastify'
import { requireAdministrator } from './authenticate.ts'
import type { HealthReport } from './contract.ts'
import type { AdminOptions } from './options.ts'
import type { AdminPorts, HealthCheck } from './ports.ts'

/** What machines ask: orchestrators for health, without a token; scrapers for metrics, with one unless the operator says otherwise. */
export function operationsRoutes(app: FastifyInstance, ports: AdminPorts, { metricsWithoutToken }: AdminOptions): void {
  app.get('/health/live', async () => ({ status: 'ok', checks: [] }) satisfies HealthReport)
  app.get('/health/ready', async (request, reply) => {
    const checks = await checksOf(ports, (error) => request.log.error({ err: error }, 'the health checks failed'))
    const isReady = checks.every(({ ok }) => ok)
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'failing', checks } satisfies HealthReport)
  })
  app.get('/metrics', async (request, reply) => {
    if (!metricsWithoutToken) requireAdministrator(ports, request.headers.authorization)
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await ports.metrics())
  })
}

/** Names and verdicts only: details may name hosts, and nobody had to say who they are. */
async function checksOf(ports: AdminPorts, report: (error: unknown) => void): Promise<{ name: string; ok: boolean }[]> {
  try {
    return (await ports.health()).map(({ name, ok }: HealthCheck) => ({ name, ok }))
  } catch (error) {
    report(error)
    return [{ name: 'health', ok: false }]
  }
}
