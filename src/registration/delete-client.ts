import { clientEvent } from './client-event.ts'
import { type Ports, RevisionConflict } from './ports.ts'
import { Refusal } from './refusal.ts'
import type { ConfigurationRequest } from './requests.ts'
import { authenticateClientConfiguration } from './tokens/authenticate-client-configuration.ts'
import { unusable } from './tokens/authorize-registration.ts'

/** RFC 7592 §2.3: the client goes, and with it its grants, codes, tokens and consents, in one change. */
export async function deleteClient(request: ConfigurationRequest, ports: Ports): Promise<void> {
  const { client } = await authenticateClientConfiguration(request, 'delete', ports)
  if (!request.realm.registration.deletionAllowed)
    throw new Refusal('access_denied', 'this realm does not let clients delete themselves')
  const removed = { ...client, updatedAt: ports.now() }
  try {
    await ports.store.commit({
      realm: client.realm,
      remove: { client_id: client.client_id },
      at: removed.updatedAt,
      event: clientEvent('client.deleted', removed, { actor: `client:${client.client_id}`, source: request.source, details: {} }),
    })
  } catch (error) {
    if (error instanceof RevisionConflict) throw unusable('deleted by somebody else in the meantime')
    throw error
  }
}
