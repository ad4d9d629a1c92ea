import type { AuditEvent } from '../../registration/index.ts'
import type { AuditQuery, RecordedEvent } from '../contracts.ts'
import { type AuditRow, auditColumns, auditValues, eventOf } from './audit-rows.ts'
import { insertEvent } from './commit-statements.ts'
import type { Database } from './database.ts'

export interface Audit {
  /** Newest first; `after` is the id of the last one seen. */
  list(query: AuditQuery): Promise<readonly RecordedEvent[]>
  /** What happened and changed nothing else. */
  record(event: AuditEvent): Promise<void>
}

export function createAudit({ query }: Pick<Database, 'query'>): Audit {
  return {
    async record(event) {
      await query(insertEvent, auditValues(event))
    },
    async list({ realm, limit, after, type, client_id }) {
      const asked = [
        ['realm = ?', realm],
        ['id < ?', after],
        ['type = ?', type],
        ['client_id = ?', client_id],
      ].filter((part): part is [string, string] => part[1] !== undefined)
      const conditions = asked.map(([condition], index) => condition.replace('?', `$${index + 1}::text`)).join(' and ')
      const text = `select ${auditColumns} from audit_events where ${conditions} order by id desc limit $${asked.length + 1}`
      const rows = await query<AuditRow>({ text }, [...asked.map(([, value]) => value), limit])
      return rows.map(eventOf)
    },
  }
}
