import type { EpochSeconds } from '../../registration/index.ts'
import { recording } from './audit-rows.ts'
import type { Query } from './database.ts'
import { selfRegisteredChannels } from './searched-columns.ts'
import { timeOrderedId } from './time-ordered-id.ts'

/** Why a client `c` is purged: $1 is the realm, or null for all, and $2 the time before which. */
interface PurgeReason {
  readonly reason: string
  readonly condition: string
  readonly orderedBy: string
  /** What it was is not worth remembering; that its id was given out is. */
  readonly keepsMetadata: boolean
}

/** An administrator's clients and the configuration's are not ours to remove, and a suspended one is under somebody's eyes. */
export const neverUsed: PurgeReason = {
  reason: 'never used',
  condition: `c.realm = $1::text and c.first_used_at is null and c.issued_at < $2 and c.state <> 'suspended'
    and c.channel in (${selfRegisteredChannels.map((channel) => `'${channel}'`).join(', ')})`,
  orderedBy: 'c.issued_at',
  keepsMetadata: false,
}

export const neverApproved: PurgeReason = {
  reason: 'never approved',
  condition: 'c.realm = $1::text and c.pending_since < $2',
  orderedBy: 'c.pending_since',
  keepsMetadata: false,
}

export const pastEnd: PurgeReason = {
  reason: 'expired',
  condition: '($1::text is null or c.realm = $1) and c.expires_at <= $2',
  orderedBy: 'c.expires_at',
  keepsMetadata: true,
}

interface Removal extends PurgeReason {
  readonly realm?: string
  readonly before: EpochSeconds
  readonly now: EpochSeconds
  readonly batchMax: number
}

export async function removeClients(query: Query, removal: Removal): Promise<number> {
  const { realm, before, now, batchMax, condition, orderedBy, reason } = removal
  const select = `select c.realm, c.client_id from clients c where ${condition} order by ${orderedBy} limit $3`
  for (let total = 0; ; ) {
    const candidates = await query<{ realm: string; client_id: string }>({ text: select }, [realm, before, batchMax])
    if (candidates.length === 0) return total
    const ids = [candidates.map((c) => c.realm), candidates.map((c) => c.client_id), candidates.map(() => timeOrderedId())]
    const values = [realm, before, now, JSON.stringify({ reason }), ...ids]
    const [row] = await query<{ done: number }>({ text: deleteThem(removal) }, values)
    total += row?.done ?? 0
    if ((row?.done ?? 0) < batchMax) return total
  }
}

/** The condition is asked again: a client may have been used, or approved, since it was found. */
const deleteThem = ({ condition, keepsMetadata }: PurgeReason): string => `
  with victims as (
    select realm, client_id, event_id from unnest($5::text[], $6::text[], $7::text[]) as v (realm, client_id, event_id)
  ), removed as (
    delete from clients c using victims v where c.realm = v.realm and c.client_id = v.client_id and ${condition}
    returning c.realm, c.client_id, v.event_id, c.revision, c.updated_at, c.channel, c.state, c.first_party,
      ${keepsMetadata ? 'c.metadata, c.admission, c.expires_at' : "'{}'::json, null::json, null::bigint"}
  ), kept as (
    insert into client_revisions
      (realm, client_id, event_id, revision, updated_at, channel, state, first_party, metadata, admission, expires_at,
       superseded_at, removed)
    select r.*, $3::bigint, true from removed r
  ), objects as (
    delete from engine_objects o using removed r where o.realm = r.realm and o.client_id = r.client_id
  ), given as (
    delete from consents g using removed r where g.realm = r.realm and g.client_id = r.client_id
  ), privileges as (
    delete from agent_privileges p using removed r
    where p.realm = r.realm and (p.client_id = r.client_id or p.resource = r.client_id)
  ), ${recording("select realm, event_id, 'client.purged', $3::bigint, 'system', client_id, null, null, $4::json from removed")}
  select count(*)::integer as done from removed`
