import type { AntiForgery } from './anti-forgery.ts'
import type { ApprovalSessions } from './approval-session.ts'
import type { Authenticate } from './authenticate.ts'
import type { InteractionPorts } from './ports.ts'
import type { Upstream } from './upstream/create-upstream.ts'

/** What the routes work with. */
export interface Room {
  readonly ports: InteractionPorts
  readonly authenticate: Authenticate
  readonly antiForgery: AntiForgery
  readonly approvalSessions: ApprovalSessions
  readonly upstream: Upstream
}
