import type { AdminRoute } from '../../admin-route.ts'
import type { AdminPorts } from '../../ports.ts'
import { aiAgentRoutes } from './ai-agent-routes.ts'
import { managedObjectRoutes } from './managed-object-routes.ts'
import { providerServiceRoutes } from './provider-service-routes.ts'
import { softwarePublisherRoutes } from './software-publisher-routes.ts'

/** PingAM's administration of a realm that speaks its dialect: each line is one resource, in a file of its own. */
export function pingamRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [
    ...providerServiceRoutes(ports),
    ...softwarePublisherRoutes(ports),
    ...aiAgentRoutes(ports),
    ...managedObjectRoutes(ports),
  ]
}
