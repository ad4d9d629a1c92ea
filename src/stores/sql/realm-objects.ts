import type { AuditEvent, JsonObject } from '../../registration/index.ts'
import type { RealmObject, RealmObjectChange, RealmObjectKey, RealmObjectKind } from '../contracts.ts'
import { auditParameters, auditValues, recording } from './audit-rows.ts'
import type { Database, Value } from './database.ts'
import { announceRevision } from './realm-channel.ts'

/** Every change raises the realm's revision, which is told to every node, and records the event; or nothing has happened. */
export interface RealmObjects {
  /** Of these realms or of all; by realm and kind, and then in their order. */
  list(realms?: readonly string[]): Promise<readonly RealmObject[]>
  save(change: RealmObjectChange, event: AuditEvent): Promise<'saved' | 'exists' | 'absent'>
  /** `false`: there is none. What was still to be delivered to a webhook goes along. */
  remove(key: RealmObjectKey, event: AuditEvent): Promise<boolean>
  /** `false`: these are not exactly the ids that there are. */
  reorder(
    order: { readonly realm: string; readonly kind: RealmObjectKind; readonly ids: readonly string[] },
    event: AuditEvent,
  ): Promise<boolean>
}

export function createRealmObjects({ query }: Pick<Database, 'query'>): RealmObjects {
  const isDone = async (text: string, values: readonly Value[]): Promise<boolean> => (await query({ text }, values)).length > 0
  return {
    async list(realms) {
      return (await query<ObjectRow>({ text: select }, [realms])).map(objectOf)
    },
    async save({ realm, kind, id, definition, position, ifAbsent }, event) {
      const values = [realm, kind, id, JSON.stringify(definition), subscribedOf(kind, definition), position, event.at]
      if (await isDone(ifAbsent === true ? insert : update, [...values, ...auditValues(event)])) return 'saved'
      return ifAbsent === true ? 'exists' : 'absent'
    },
    remove: ({ realm, kind, id }, event) => isDone(remove, [realm, kind, id, ...auditValues(event)]),
    reorder: ({ realm, kind, ids }, event) => isDone(reorder, [realm, kind, ids, ...auditValues(event)]),
  }
}

interface ObjectRow {
  readonly realm: string
  readonly kind: RealmObjectKind
  readonly id: string
  readonly position: number
  readonly definition: JsonObject
  readonly created_at: number
  readonly updated_at: number
}

function objectOf({ created_at, updated_at, ...rest }: ObjectRow): RealmObject {
  return { ...rest, createdAt: created_at, updatedAt: updated_at }
}

/** What recording an event looks for, so that it need not look into every definition. */
function subscribedOf(kind: RealmObjectKind, { enabled, events }: JsonObject): readonly string[] | undefined {
  if (kind !== 'webhook' || enabled === false || !Array.isArray(events)) return undefined
  return events.filter((type) => typeof type === 'string')
}

const select = `
  select realm, kind, id, position, definition, created_at, updated_at from realm_objects
  where $1::text[] is null or realm = any ($1) order by realm, kind, position, id`

const changed = (from: string) => `
  changed as (
    insert into realms (name, revision) select distinct realm, 1 from ${from}
    on conflict (name) do update set revision = realms.revision + 1
    returning name
  )`

const recorded = (first: number) => recording(`select ${auditParameters(first)} from changed`)

const insert = `
  with saved as (
    insert into realm_objects (realm, kind, id, position, definition, subscribed, created_at, updated_at)
    select $1::text, $2::text, $3::text, coalesce($6::integer, (
      select coalesce(max(position), 0) + 1 from realm_objects where realm = $1 and kind = $2
    )), $4::json, $5::text[], $7::bigint, $7::bigint
    on conflict (realm, kind, id) do nothing
    returning realm
  ), ${changed('saved')}, ${recorded(8)} ${announceRevision}`

const update = `
  with saved as (
    update realm_objects set position = coalesce($6::integer, position), definition = $4::json, subscribed = $5::text[],
      updated_at = $7::bigint
    where realm = $1 and kind = $2 and id = $3
    returning realm
  ), ${changed('saved')}, ${recorded(8)} ${announceRevision}`

const remove = `
  with removed as (
    delete from realm_objects where realm = $1 and kind = $2 and id = $3 returning realm
  ), undelivered as (
    delete from webhook_deliveries where $2 = 'webhook' and realm = $1 and webhook = $3 and exists (select from removed)
  ), ${changed('removed')}, ${recorded(4)} ${announceRevision}`

/** The rows are locked before they are compared: two administrators who sort at once leave the order of one of them. */
const reorder = `
  with stored as (
    select id from realm_objects where realm = $1 and kind = $2 order by id for update
  ), wanted as (
    select id, position from unnest($3::text[]) with ordinality as w (id, position)
    where (select array_agg(id order by id) from stored) = (select array_agg(id order by id collate "C") from unnest($3::text[]) as i (id))
  ), ordered as (
    update realm_objects o set position = wanted.position from wanted
    where o.realm = $1 and o.kind = $2 and o.id = wanted.id
    returning o.realm
  ), ${changed('ordered')}, ${recorded(4)} ${announceRevision}`
