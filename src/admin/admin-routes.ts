import type { AdminRoute } from './admin-route.ts'
import type { AdminPorts } from './ports.ts'
import { auditRoutes } from './routes/audit-events.ts'
import { clientRoutes } from './routes/clients.ts'
import { initialAccessTokenRoutes } from './routes/initial-access-tokens.ts'
import { keyRoutes } from './routes/keys.ts'
import { realmRoutes } from './routes/realms.ts'
import { registrationSettingsRoutes } from './routes/registration-settings.ts'
import { softwareStatementRoutes } from './routes/software-statements.ts'

/** The whole admin API. All of it needs an administrator. */
export function adminRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [
    ...realmRoutes(ports),
    ...registrationSettingsRoutes(ports),
    ...clientRoutes(ports),
    ...initialAccessTokenRoutes(ports),
    ...keyRoutes(ports),
    ...softwareStatementRoutes(ports),
    ...auditRoutes(ports),
  ]
}
