import type { EpochSeconds } from '../../registration/index.ts'
import type { Database, Query } from './database.ts'
import { neverApproved, neverUsed, pastEnd, removeClients } from './purge-clients.ts'
import { sweepRemovedRealms } from './realm-removal.ts'

export interface PurgeOptions {
  readonly now: EpochSeconds
  /** By realm: clients that registered themselves before this time and were never used are removed. */
  readonly unusedBefore?: Readonly<Record<string, EpochSeconds>>
  /** By realm: clients that have waited for approval since before this time, and were never in force, are removed. */
  readonly pendingBefore?: Readonly<Record<string, EpochSeconds>>
}

/** One node purges at a time. */
const purgeLock = 7_591_003

/** Small enough not to be felt by whoever registers meanwhile. */
const batchMax = 1_000

/** Budgets of a group in use are renewed in their place every few seconds. */
const lapsedBudgetSeconds = 3_600

/** Time enough to repair a receiver and have everything sent again. */
const deadDeliverySeconds = 30 * 24 * 3_600

const attemptsPerRealmMax = 1_000
const attemptSecondsMax = 30 * 24 * 3_600
const lostNodeSeconds = 24 * 3_600

/** Of each realm that was removed; what is left then waits for the next time. */
const removalSecondsMax = 20

/** Removes what nobody can use any more, and tells how many rows that was; 0 where another node is at it. */
export async function purge(database: Pick<Database, 'underLock'>, options: PurgeOptions): Promise<number> {
  const { now, unusedBefore = {}, pendingBefore = {} } = options
  const purged = await database.underLock(purgeLock, async (query) => {
    let count = await sweepRemovedRealms(query, removalSecondsMax)
    count += await repeatedly(query, deleteExpiredObjects, [now])
    count += await repeatedly(query, deleteExpiredRevocations, [now])
    count += await repeatedly(query, deleteUsedIdentifiers, [now])
    count += await repeatedly(query, deleteLapsedBudgets, [now - lapsedBudgetSeconds])
    count += await repeatedly(query, deleteDeadDeliveries, [now - deadDeliverySeconds])
    count += await repeatedly(query, deleteOldAttempts, [now - attemptSecondsMax, attemptsPerRealmMax])
    count += await repeatedly(query, deleteLostNodes, [lostNodeSeconds])
    count += await removeClients(query, { ...pastEnd, now, batchMax, before: now })
    for (const [realm, before] of Object.entries(unusedBefore)) {
      count += await removeClients(query, { ...neverUsed, now, batchMax, realm, before })
    }
    for (const [realm, before] of Object.entries(pendingBefore)) {
      count += await removeClients(query, { ...neverApproved, now, batchMax, realm, before })
    }
    return count
  })
  return purged ?? 0
}

async function repeatedly(query: Query, text: string, values: readonly number[]): Promise<number> {
  for (let total = 0; ; ) {
    const [row] = await query<{ done: number }>({ text }, [...values, batchMax])
    const done = row?.done ?? 0
    total += done
    if (done < batchMax) return total
  }
}

const deleteExpiredObjects = deletePast('engine_objects', ['realm', 'model', 'id'], 'expires_at')
const deleteExpiredRevocations = deletePast('revoked_tokens', ['realm', 'jti'], 'expires_at')
const deleteUsedIdentifiers = deletePast('used_identifiers', ['realm', 'digest'], 'until')
const deleteLapsedBudgets = deletePast('limit_budgets', ['holder', 'stripe'], 'expires_at')
/** A dead delivery is due no more: `next_at` is about when it died. */
const deleteDeadDeliveries = deletePast('webhook_deliveries', ['realm', 'id'], 'next_at', "state = 'dead' and ")

/** $1: the time; $2: how many at once, the oldest first. Rows that somebody holds are left for the next time. */
function deletePast(table: string, key: readonly string[], time: string, only = ''): string {
  return `
  with past as (
    select ${key.join(', ')} from ${table} where ${only}${time} <= $1 order by ${time} limit $2 for update skip locked
  ), deleted as (
    delete from ${table} t using past p where ${key.map((column) => `t.${column} = p.${column}`).join(' and ')} returning 1
  )
  select count(*)::integer as done from deleted`
}

/** $1: none older than that; $2: of each realm the newest so many. */
const deleteOldAttempts = `
  with numbered as (
    select realm, id, at, row_number() over (partition by realm order by id desc) as number from registration_attempts
  ), old as (
    select realm, id from numbered where at < $1 or number > $2 limit $3
  ), deleted as (
    delete from registration_attempts a using old o where a.realm = o.realm and a.id = o.id returning 1
  )
  select count(*)::integer as done from deleted`

/** By the clock of the database, with which `seen_at` is written. */
const deleteLostNodes = `
  with lost as (
    select id from nodes where seen_at < extract(epoch from now())::bigint - $1 order by seen_at limit $2 for update skip locked
  ), deleted as (
    delete from nodes n using lost l where n.id = l.id returning 1
  )
  select count(*)::integer as done from deleted`
