import type { AdministrativeState, Client } from './client.ts'
import { clientEvent } from './client-event.ts'
import type { Ports } from './ports.ts'
import type { Realm } from './realm.ts'
import { Refusal } from './refusal.ts'

/** What an administrator does to a client, as whom, in which realm. */
export interface Administration {
  readonly realm: Realm
  readonly client_id: string
  readonly actor: string
  /** Of the client that the administrator has looked at: what it has become since is not decided about unseen. */
  readonly revision?: number
}

/**
 * A suspended client cannot act: the engine no longer finds it, and its registration access token opens nothing. Resuming gives
 * back what was there before: who waited for approval waits again, and who was refused needs approval, not this.
 */
export async function setClientState(
  administration: Administration,
  state: 'active' | 'suspended',
  ports: Ports,
): Promise<Client | undefined> {
  const client = await findAdministered(administration, ports)
  if (client === undefined || client.state === state) return client
  if (state === 'active' && client.review?.decision === 'refused') throw needsApproval()
  const isUndecided = client.review !== undefined && client.review.decision === undefined
  const to: AdministrativeState = state === 'active' && isUndecided ? 'pending' : state
  if (to === client.state) throw needsApproval()
  return replaceAdministered(administration, client, { type: 'client.state-changed', changes: { state: to } }, ports)
}

/** `false`: there is no such client. */
export async function removeClient(administration: Administration, ports: Ports): Promise<boolean> {
  const client = await findAdministered(administration, ports)
  if (client === undefined) return false
  const { realm, client_id, actor } = administration
  const now = ports.now()
  await ports.store.commit({
    realm: realm.name,
    remove: { client_id },
    at: now,
    event: clientEvent('client.deleted', { ...client, updatedAt: now }, { actor, source: {}, details: {} }),
  })
  return true
}

export async function findAdministered(
  { realm, client_id, revision }: Administration,
  { store }: Pick<Ports, 'store'>,
): Promise<Client | undefined> {
  const client = await store.findClient(realm.name, client_id)
  if (client === undefined || revision === undefined || client.revision === revision) return client
  throw new Refusal('invalid_client_metadata', `the client has changed since: its revision is ${client.revision} now`, {
    member: 'revision',
  })
}

interface Replacement {
  readonly type: string
  readonly changes: Partial<Client>
}

/** One change by an administrator, with its line in the audit trail. */
export async function replaceAdministered(
  { realm, actor }: Administration,
  client: Client,
  { type, changes }: Replacement,
  { store, now: clock }: Ports,
): Promise<Client> {
  const now = clock()
  const next: Client = { ...client, ...changes, updatedAt: now, revision: client.revision + 1 }
  const note = next.review?.note
  const details = { from: client.state, to: next.state, ...(note === undefined ? {} : { note }) }
  await store.commit({
    realm: realm.name,
    replace: { client: next, ifRevision: client.revision },
    at: now,
    event: clientEvent(type, next, { actor, source: {}, details }),
  })
  return next
}

function needsApproval(): Refusal {
  return new Refusal('access_denied', 'the client waits for approval, or was refused; approve it instead')
}
