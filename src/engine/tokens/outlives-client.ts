import type { Runtime } from '../runtime.ts'

/**
 * Whether the token of a client that is gone is still good: where the realm lets them run out, if the client had it for itself,
 * and has taken itself away. What a person granted, or an administrator ended, is over either way.
 */
export async function outlivesClient(
  { ports, realm }: Pick<Runtime, 'ports' | 'realm'>,
  { client_id, grantId }: { readonly client_id: string; readonly grantId?: string },
): Promise<boolean> {
  if (realm.registration.tokensAfterDeletion !== 'run-out' || grantId !== undefined) return false
  if ((await ports.clients.findClient(realm.name, client_id)) !== undefined) return false
  return (await ports.clients.removedBy(realm.name, client_id)) === `client:${client_id}`
}
