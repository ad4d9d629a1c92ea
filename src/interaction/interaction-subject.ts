import type { Interaction } from './ports.ts'

/** An anti-forgery token is good for one step of one interaction of one client (MCP-CON-04). */
export function interactionSubject({ uid, prompt, client }: Interaction): readonly string[] {
  return ['interaction', uid, prompt, client.client_id]
}
