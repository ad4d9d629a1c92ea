import type { EpochSeconds } from '../../registration/index.ts'
import { recording } from './audit-rows.ts'
import type { Database, Query } from './database.ts'
import { timeOrderedId } from './time-ordered-id.ts'

export interface PurgeOptions {
  readonly now: EpochSeconds
  /** By realm: clients that registered themselves before this time and were never used are removed. */
  readonly unusedBefore?: Readonly<Record<string, EpochSeconds>>
}

/** One node purges at a time. */
const purgeLock = 7_591_003

/** Small enough not to be felt by whoever registers meanwhile. */
const batchMax = 1_000

/** Removes what nobody can use any more, and tells how many rows that was; 0 where another node is at it. */
export async function purge(database: Pick<Database, 'underLock'>, { now, unusedBefore = {} }: PurgeOptions): Promise<number> {
  const purged = await database.underLock(purgeLock, async (query) => {
    let count = await inBatches(query, deleteExpiredObjects, [now])
    count += await inBatches(query, deleteExpiredRevocations, [now])
    for (const [realm, before] of Object.entries(unusedBefore)) count += await removeUnused(query, { realm, before, now })
    return count
  })
  return purged ?? 0
}

async function inBatches(query: Query, text: string, values: readonly number[]): Promise<number> {
  for (let total = 0; ; ) {
    const [row] = await query<{ done: number }>({ text }, [...values, batchMax])
    const done = row?.done ?? 0
    total += done
    if (done < batchMax) return total
  }
}

/** Rows that somebody holds are left for the next time. */
const deleteExpiredObjects = `
  with expired as (
    select realm, model, id from engine_objects where expires_at <= $1 order by expires_at limit $2 for update skip locked
  ), deleted as (
    delete from engine_objects o using expired e where o.realm = e.realm and o.model = e.model and o.id = e.id returning 1
  )
  select count(*)::integer as done from deleted`

const deleteExpiredRevocations = `
  with expired as (
    select realm, jti from revoked_tokens where expires_at <= $1 order by expires_at limit $2 for update skip locked
  ), deleted as (
    delete from revoked_tokens r using expired e where r.realm = e.realm and r.jti = e.jti returning 1
  )
  select count(*)::integer as done from deleted`

async function removeUnused(
  query: Query,
  { realm, before, now }: { realm: string; before: number; now: number },
): Promise<number> {
  for (let total = 0; ; ) {
    const candidates = await query<{ client_id: string }>({ text: selectUnused }, [realm, before, batchMax])
    const ids = candidates.map(({ client_id }) => client_id)
    const [row] = await query<{ done: number }>({ text: deleteUnused }, [realm, before, now, ids, ids.map(() => timeOrderedId())])
    total += row?.done ?? 0
    if ((row?.done ?? 0) < batchMax) return total
  }
}

/** An administrator's clients and the configuration's are not ours to remove, and a suspended one is under somebody's eyes. */
const isUnused = `realm = $1 and first_used_at is null and issued_at < $2 and state <> 'suspended'
  and channel in ('open', 'initial-access-token', 'software-statement', 'certificate')`

const selectUnused = `select client_id from clients where ${isUnused} order by issued_at limit $3`

/** Its last revision stays without its metadata: all that is still needed is that the id is not given out again. */
const deleteUnused = `
  with victims as (
    select client_id, event_id from unnest($4::text[], $5::text[]) as v (client_id, event_id)
  ), removed as (
    delete from clients c using victims v where c.client_id = v.client_id and ${isUnused.replaceAll(/\b(realm|first_used_at|issued_at|state|channel)\b/g, 'c.$1')}
    returning c.realm, c.client_id, v.event_id, c.revision, c.updated_at, c.channel, c.state, c.first_party
  ), kept as (
    insert into client_revisions (realm, client_id, event_id, revision, updated_at, superseded_at, removed, channel, state, first_party, metadata)
    select realm, client_id, event_id, revision, updated_at, $3::bigint, true, channel, state, first_party, '{}' from removed
  ), objects as (
    delete from engine_objects o using removed r where o.realm = r.realm and o.client_id = r.client_id
  ), given as (
    delete from consents g using removed r where g.realm = r.realm and g.client_id = r.client_id
  ), ${recording(`select realm, event_id, 'client.purged', $3::bigint, 'system', client_id, null, null, '{"reason":"never used"}'::json from removed`)}
  select count(*)::integer as done from removed`
