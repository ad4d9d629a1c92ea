import type { AuditEvent, EpochSeconds } from '../../registration/index.ts'
import type { EngineObject, ObjectKey, StoredObject } from '../contracts.ts'
import { auditParameters, auditValues, recording } from './audit-rows.ts'
import type { Database, Statement, Value } from './database.ts'
import { inBatches } from './in-batches.ts'

export interface EngineObjects {
  /** `event`: recorded by the same statement. */
  upsert(object: EngineObject, event?: AuditEvent): Promise<void>
  insertOnce(object: EngineObject): Promise<boolean>
  find(key: ObjectKey): Promise<StoredObject | undefined>
  findByUid(realm: string, model: string, uid: string): Promise<StoredObject | undefined>
  findByUserCode(realm: string, model: string, userCode: string): Promise<StoredObject | undefined>
  /** Newest last, as far as their expiry tells. */
  findByAccount(realm: string, model: string, accountId: string): Promise<readonly (StoredObject & { readonly id: string })[]>
  consume(key: ObjectKey, at: EpochSeconds): Promise<boolean>
  destroy(key: ObjectKey): Promise<void>
  destroyByGrant(realm: string, grantId: string): Promise<void>
}

/** The engine's sessions, grants, codes and tokens, one row each. What has expired is not there, purged or not. */
export function createEngineObjects({ query }: Pick<Database, 'query'>, now: () => EpochSeconds): EngineObjects {
  const findOne = async (statement: Statement, values: readonly Value[]): Promise<StoredObject | undefined> => {
    const [row] = await query<ObjectRow>(statement, [...values, now()])
    return row === undefined ? undefined : objectOf(row)
  }
  const find = inBatches<ObjectKey, StoredObject>(async (keys) => {
    const columns = [keys.map(({ realm }) => realm), keys.map(({ model }) => model), keys.map(({ id }) => id)]
    const rows = await query<ObjectRow & { readonly position: number }>(findEach, [...columns, now()])
    return new Map(rows.map((row) => [row.position - 1, objectOf(row)]))
  })
  const upsert = inBatches<EngineObject, undefined>(async (objects) => {
    // Of an object that is saved twice at once, the later state stays.
    const latest = new Map(objects.map((object) => [JSON.stringify([object.realm, object.model, object.id]), object]))
    const rows = [...latest.values()].map(valuesOf)
    await query(upsertEach, columnTypes.map((_type, column) => rows.map((row) => row[column] ?? null)) as Value[])
    return new Map()
  })
  const isDone = async (statement: Statement, values: readonly Value[]): Promise<boolean> =>
    (await query(statement, values)).length === 1

  return {
    async upsert(object, event) {
      await (event === undefined ? upsert(object) : query(upsertAndRecord, [...valuesOf(object), ...auditValues(event)]))
    },
    insertOnce: (object) => isDone(insertOnce, [...valuesOf(object), now()]),
    find,
    findByUid: (realm, model, uid) => findOne(findByUid, [realm, model, uid]),
    findByUserCode: (realm, model, userCode) => findOne(findByUserCode, [realm, model, userCode]),
    async findByAccount(realm, model, accountId) {
      const rows = await query<ObjectRow & { readonly id: string }>(findByAccount, [realm, model, accountId, now()])
      return rows.map((row) => ({ id: row.id, ...objectOf(row) }))
    },
    consume: ({ realm, model, id }, at) => isDone(consume, [realm, model, id, at]),
    async destroy({ realm, model, id }) {
      await query(destroy, [realm, model, id])
    },
    async destroyByGrant(realm, grantId) {
      await query(destroyByGrant, [realm, grantId])
    },
  }
}

interface ObjectRow {
  readonly payload: Readonly<Record<string, unknown>>
  readonly consumed_at: number | null
  readonly expires_at: number | null
}

function objectOf({ payload, consumed_at, expires_at }: ObjectRow): StoredObject {
  return {
    payload,
    ...(consumed_at === null ? {} : { consumedAt: consumed_at }),
    ...(expires_at === null ? {} : { expiresAt: expires_at }),
  }
}

function valuesOf(object: EngineObject): readonly Value[] {
  const { realm, model, id, grantId, uid, userCode, accountId, client_id, expiresAt, payload } = object
  return [realm, model, id, grantId, uid, userCode, accountId, client_id, expiresAt, JSON.stringify(payload)]
}

const columns = 'realm, model, id, grant_id, uid, user_code, account_id, client_id, expires_at, payload'
const columnTypes = ['text', 'text', 'text', 'text', 'text', 'text', 'text', 'text', 'bigint', 'json'] as const

/** What was used stays used: the engine saving it again does not make it new. */
const orReplace = `
  on conflict (realm, model, id) do update set grant_id = excluded.grant_id, uid = excluded.uid, user_code = excluded.user_code,
    account_id = excluded.account_id, client_id = excluded.client_id, expires_at = excluded.expires_at, payload = excluded.payload`

const insert = `insert into engine_objects (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ${orReplace}`

/** In one order, so that two who save the same objects wait for each other instead of locking each other out. */
const upsertEach: Statement = {
  name: 'upsert-objects',
  text: `
    insert into engine_objects (${columns})
    select * from unnest(${columnTypes.map((type, index) => `$${index + 1}::${type}[]`).join(', ')}) as u (${columns})
    order by realm, model, id ${orReplace}`,
}

const upsertAndRecord: Statement = {
  name: 'upsert-object-and-record',
  text: `with saved as (${insert} returning 1), ${recording(`select ${auditParameters(11)} from saved`)} select 1 as done`,
}

/** Only what has expired makes room. */
const insertOnce: Statement = {
  name: 'insert-object-once',
  text: `${insert}, consumed_at = null where engine_objects.expires_at <= $11 returning 1 as done`,
}

const select = 'select payload, consumed_at, expires_at from engine_objects where realm = $1 and model = $2'

/** Each by itself (`limit`): however the table has grown since the statement was planned, nobody reads the whole of it. */
const findEach: Statement = {
  name: 'find-objects',
  text: `
    select k.position::integer as position, o.payload, o.consumed_at, o.expires_at
    from unnest($1::text[], $2::text[], $3::text[]) with ordinality as k (realm, model, id, position), lateral (
      select payload, consumed_at, expires_at from engine_objects
      where realm = k.realm and model = k.model and id = k.id and (expires_at is null or expires_at > $4) limit 1
    ) o`,
}

const findByUid: Statement = {
  name: 'find-object-by-uid',
  text: `${select} and uid = $3 and (expires_at is null or expires_at > $4) limit 1`,
}

const findByUserCode: Statement = {
  name: 'find-object-by-user-code',
  text: `${select} and user_code = $3 and (expires_at is null or expires_at > $4) limit 1`,
}

const findByAccount: Statement = {
  text: `select id, payload, consumed_at, expires_at from engine_objects
    where realm = $1 and model = $2 and account_id = $3 and (expires_at is null or expires_at > $4) order by expires_at, id`,
}

/** The update waits for whoever consumes the row at the same moment and then looks again: one of them finds it unused. */
const consume: Statement = {
  name: 'consume-object',
  text: `update engine_objects set consumed_at = $4
    where realm = $1 and model = $2 and id = $3 and consumed_at is null and (expires_at is null or expires_at > $4) returning 1 as done`,
}

const destroy: Statement = {
  name: 'destroy-object',
  text: 'delete from engine_objects where realm = $1 and model = $2 and id = $3',
}

const destroyByGrant: Statement = {
  name: 'destroy-objects-of-grant',
  text: 'delete from engine_objects where realm = $1 and grant_id = $2',
}
