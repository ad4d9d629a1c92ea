import type { AuditEvent } from '../../registration/index.ts'
import type { RecordedEvent } from '../contracts.ts'
import type { Value } from './database.ts'
import { timeOrderedId } from './time-ordered-id.ts'

export interface AuditRow {
  readonly realm: string
  readonly id: string
  readonly type: string
  readonly at: number
  readonly actor: string
  readonly client_id: string | null
  readonly request_id: string | null
  readonly address: string | null
  readonly details: AuditEvent['details']
}

export const auditColumns = 'realm, id, type, at, actor, client_id, request_id, address, details'

/** The select list that turns nine parameters, the first of them `$first`, into a row of `audit_events`. */
export function auditParameters(first: number): string {
  const types = ['text', 'text', 'text', 'bigint', 'text', 'text', 'text', 'text', 'json']
  return types.map((type, index) => `$${first + index}::${type}`).join(', ')
}

/**
 * Goes among the common table expressions of a statement: records the events that `select` gives in the order of
 * `auditColumns`, and leaves each for the webhooks that want it. Either both is kept or nothing.
 */
export function recording(select: string): string {
  return `recorded as (
      insert into audit_events (${auditColumns}) ${select} returning realm, id, type, at, client_id
    ), announced as (
      insert into webhook_deliveries (realm, id, webhook, event_id, client_id, state, attempts, next_at, created_at)
      select r.realm, r.id || '.' || o.id, o.id, r.id, r.client_id, 'waiting', 0, r.at, r.at
      from recorded r join realm_objects o on o.realm = r.realm and o.subscribed is not null and r.type = any (o.subscribed)
    )`
}

export function auditValues(event: AuditEvent): readonly Value[] {
  const { realm, type, at, actor, client_id, requestId, address, details } = event
  return [realm, timeOrderedId(), type, at, actor, client_id, requestId, address, JSON.stringify(details)]
}

export function eventOf(row: AuditRow): RecordedEvent {
  return {
    id: row.id,
    realm: row.realm,
    type: row.type,
    at: row.at,
    actor: row.actor,
    ...(row.client_id === null ? {} : { client_id: row.client_id }),
    ...(row.request_id === null ? {} : { requestId: row.request_id }),
    ...(row.address === null ? {} : { address: row.address }),
    details: row.details,
  }
}
