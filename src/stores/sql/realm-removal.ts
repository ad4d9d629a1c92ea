import { setTimeout as delay } from 'node:timers/promises'
import type { Database, Query } from './database.ts'

/** A realm that was removed takes everything along that is stored of it, wherever that is. */
export interface RealmRemoval {
  /** Deletes rows for so long. `true`: there are none left. */
  sweep(realm: string, milliseconds: number): Promise<boolean>
  /**
   * Waits until nobody can be at something that was begun when the realm was still there, deletes what there is, and forgets
   * the realm itself: from then on it can be made anew. `false`: it takes longer than `milliseconds`.
   */
  finishRemoval(realm: string, milliseconds: number): Promise<boolean>
}

/** Small enough not to be felt by others. */
const batchMax = 1_000

/** Nodes hear of a removal within a second; what they have begun by then is written, or given up, within the rest. */
const settleSeconds = 5
const waitMilliseconds = 100

export function createRealmRemoval({ query }: Pick<Database, 'query'>): RealmRemoval {
  return {
    sweep: (realm, milliseconds) => sweep(query, realm, Date.now() + milliseconds),
    finishRemoval: (realm, milliseconds) => finish(query, realm, Date.now() + milliseconds),
  }
}

async function finish(query: Query, realm: string, until: number): Promise<boolean> {
  const [row] = await query<{ isSettled: boolean }>({ text: selectRemoved }, [realm, settleSeconds])
  if (row === undefined) return true
  if (row.isSettled && (await sweep(query, realm, until))) {
    await query({ text: forget }, [realm])
    return true
  }
  if (Date.now() >= until) return false
  await delay(waitMilliseconds)
  return finish(query, realm, until)
}

/** What others have begun, and not finished: they were stopped, or had too much to do. */
export async function sweepRemovedRealms(query: Query, secondsMax: number): Promise<number> {
  const realms = await query<{ name: string }>({ text: selectSettled }, [settleSeconds])
  const removal = createRealmRemoval({ query })
  for (const { name } of realms) await removal.finishRemoval(name, secondsMax * 1000)
  return realms.length
}

/** A configuration file may bring a realm back whose removal is under way: it begins with nothing of the former one. */
export async function awaitRemovals(query: Query, realms: readonly string[], secondsMax: number): Promise<void> {
  const removal = createRealmRemoval({ query })
  for (const { name } of await query<{ name: string }>({ text: selectRemoving }, [realms])) {
    const isDone = await removal.finishRemoval(name, secondsMax * 1000)
    if (!isDone) throw new Error(`realm ${name} is still being removed; start again in a moment`)
  }
}

async function sweep(query: Query, realm: string, until: number): Promise<boolean> {
  for (const { table } of await query<{ table: string }>({ text: selectTables })) {
    for (let done = batchMax; done === batchMax; ) {
      if (Date.now() >= until) return false
      const [row] = await query<{ done: number }>({ text: deleteBatch(table) }, [realm, batchMax])
      done = row?.done ?? 0
    }
  }
  return true
}

/** Found where they are: a table that comes later is not forgotten here. */
const selectTables = `
  select quote_ident(c.relname) as table from pg_attribute a join pg_class c on c.oid = a.attrelid
  where a.attname = 'realm' and not a.attisdropped and c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace
  order by 1`

/** The realm is held meanwhile: nobody makes one of its name anew, whose rows this would then take. */
const deleteBatch = (table: string) => `
  with held as (
    select name from realms where name = $1 and removed_at is not null for share
  ), gone as (
    delete from ${table} where exists (select from held) and ctid = any (array(select ctid from ${table} where realm = $1 limit $2))
    returning 1
  )
  select count(*)::integer as done from gone`

const selectRemoved = `
  select removed_at <= extract(epoch from now())::bigint - $2 as "isSettled" from realms
  where name = $1 and removed_at is not null`

const selectSettled = `
  select name from realms where removed_at <= extract(epoch from now())::bigint - $1 order by removed_at`

const selectRemoving = 'select name from realms where removed_at is not null and name = any ($1)'

const forget = 'delete from realms where name = $1 and removed_at is not null'
