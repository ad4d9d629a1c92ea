import type { AdminRoute } from './admin-route.ts'
import type { AdminPorts } from './ports.ts'
import { agentPrivilegeRoutes } from './routes/agent-privileges.ts'
import { agentRoutes } from './routes/agents.ts'
import { auditRoutes } from './routes/audit-events.ts'
import { clientRoutes } from './routes/clients.ts'
import { editedClientRoutes } from './routes/edited-clients.ts'
import { exportRoutes } from './routes/export.ts'
import { importRoutes } from './routes/import.ts'
import { initialAccessTokenRoutes } from './routes/initial-access-tokens.ts'
import { keyRoutes } from './routes/keys.ts'
import { nodeRoutes } from './routes/nodes.ts'
import { objectResourceRoutes } from './routes/object-resources.ts'
import { policyRoutes } from './routes/policies.ts'
import { realmRoutes } from './routes/realms.ts'
import { registrationSettingsRoutes } from './routes/registration-settings.ts'
import { registrationsRoutes } from './routes/registrations.ts'
import { reviewedClientRoutes } from './routes/reviewed-clients.ts'
import { softwareStatementRoutes } from './routes/software-statements.ts'
import { userRoutes } from './routes/users.ts'
import { webhookDeliveryRoutes } from './routes/webhook-deliveries.ts'

/** The whole admin API. All of it needs an administrator. */
export function adminRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [
    ...realmRoutes(ports),
    ...nodeRoutes(ports),
    ...registrationSettingsRoutes(ports),
    ...clientRoutes(ports),
    ...editedClientRoutes(ports),
    ...reviewedClientRoutes(ports),
    ...agentRoutes(ports),
    ...agentPrivilegeRoutes(ports),
    ...registrationsRoutes(ports),
    ...policyRoutes(ports),
    ...webhookDeliveryRoutes(ports),
    ...objectResourceRoutes(ports),
    ...initialAccessTokenRoutes(ports),
    ...keyRoutes(ports),
    ...softwareStatementRoutes(ports),
    ...userRoutes(ports),
    ...auditRoutes(ports),
    ...exportRoutes(ports),
    ...importRoutes(ports),
  ]
}
