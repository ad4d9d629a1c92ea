import type { AdministrativeState, Client } from './client.ts'
import { clientEvent } from './client-event.ts'
import type { Ports } from './ports.ts'
import type { Realm } from './realm.ts'

/** What an administrator does to a client, as whom, in which realm. */
export interface Administration {
  readonly realm: Realm
  readonly client_id: string
  readonly actor: string
}

/** A suspended client cannot act: the engine no longer finds it, and its registration access token opens nothing. */
export async function setClientState(
  { realm, client_id, actor }: Administration,
  state: AdministrativeState,
  { store, now: clock }: Ports,
): Promise<Client | undefined> {
  const client = await store.findClient(realm.name, client_id)
  if (client === undefined || client.state === state) return client
  const now = clock()
  const next: Client = { ...client, state, updatedAt: now, revision: client.revision + 1 }
  const details = { from: client.state, to: state }
  await store.commit({
    realm: realm.name,
    replace: { client: next, ifRevision: client.revision },
    at: now,
    event: clientEvent('client.state-changed', next, { actor, source: {}, details }),
  })
  return next
}

/** `false`: there is no such client. */
export async function removeClient({ realm, client_id, actor }: Administration, { store, now: clock }: Ports): Promise<boolean> {
  const client = await store.findClient(realm.name, client_id)
  if (client === undefined) return false
  const now = clock()
  await store.commit({
    realm: realm.name,
    remove: { client_id },
    at: now,
    event: clientEvent('client.deleted', { ...client, updatedAt: now }, { actor, source: {}, details: {} }),
  })
  return true
}
