import type { EngineObject, EngineObjects, ObjectKey, StoredObject } from '../../src/engine/ports.ts'
import type { AuditEvent } from '../../src/registration/index.ts'

interface Row extends EngineObject {
  consumedAt?: number
}

/** The engine's objects in a map: a statement is whatever runs between two awaits, and so atomic. Everything passes through JSON. */
export function inMemoryObjects(
  now: () => number,
  events: AuditEvent[] = [],
): EngineObjects & { readonly rows: Map<string, Row> } {
  const rows = new Map<string, Row>()
  const keyOf = ({ realm, model, id }: ObjectKey) => `${realm} ${model} ${id}`
  const isLive = (row: Row) => row.expiresAt === undefined || row.expiresAt > now()
  const matching = (test: (row: Row) => boolean) => [...rows.values()].filter((row) => isLive(row) && test(row))
  const stored = (row: Row | undefined): (StoredObject & { readonly id: string }) | undefined => {
    if (row === undefined || !isLive(row)) return undefined
    const { id, payload, consumedAt, expiresAt } = row
    return {
      id,
      payload: JSON.parse(JSON.stringify(payload)),
      ...(consumedAt === undefined ? {} : { consumedAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    }
  }
  return {
    rows,
    async upsert(object, event) {
      if (event !== undefined) events.push(event)
      const { consumedAt } = rows.get(keyOf(object)) ?? {}
      rows.set(keyOf(object), { ...object, ...(consumedAt === undefined ? {} : { consumedAt }) })
    },
    async insertOnce(object) {
      if (rows.has(keyOf(object))) return false
      rows.set(keyOf(object), { ...object })
      return true
    },
    find: async (key) => stored(rows.get(keyOf(key))),
    findByUid: async (realm, model, uid) =>
      stored(matching((row) => row.realm === realm && row.model === model && row.uid === uid)[0]),
    findByUserCode: async (realm, model, code) =>
      stored(matching((row) => row.realm === realm && row.model === model && row.userCode === code)[0]),
    findByAccount: async (realm, model, accountId) =>
      matching((row) => row.realm === realm && row.model === model && row.accountId === accountId).flatMap(
        (row) => stored(row) ?? [],
      ),
    async consume(key, at) {
      const row = rows.get(keyOf(key))
      if (row === undefined || !isLive(row) || row.consumedAt !== undefined) return false
      row.consumedAt = at
      return true
    },
    async destroy(key) {
      rows.delete(keyOf(key))
    },
    async destroyByGrant(realm, grantId) {
      for (const [key, row] of rows) if (row.realm === realm && row.grantId === grantId) rows.delete(key)
    },
  }
}
