import type { Client, EpochSeconds } from '../../registration/index.ts'
import type { RecordedEvent } from '../contracts.ts'
import { type AuditRow, eventOf } from './audit-rows.ts'
import type { Database } from './database.ts'

/** A client as it was, and the event that ended that. */
export interface ClientRevision {
  readonly revision: number
  readonly state: Client['state']
  readonly firstParty: boolean
  readonly metadata: Client['metadata']
  readonly updatedAt: EpochSeconds
  readonly supersededAt: EpochSeconds
  readonly supersededBy: RecordedEvent
}

export interface ClientHistory {
  /** Newest first, of clients that are gone too; `after` is the id of the event that ended the last one seen. */
  history(
    client: { readonly realm: string; readonly client_id: string },
    limit: number,
    after?: string,
  ): Promise<readonly ClientRevision[]>
}

export function createClientHistory({ query }: Pick<Database, 'query'>): ClientHistory {
  return {
    async history({ realm, client_id }, limit, after) {
      const rows = await query<RevisionRow>({ text: select }, [realm, client_id, after, limit])
      return rows.map(({ first_party, updated_at, superseded_at, event, ...row }) => ({
        ...row,
        firstParty: first_party,
        updatedAt: updated_at,
        supersededAt: superseded_at,
        supersededBy: eventOf(event),
      }))
    },
  }
}

interface RevisionRow extends Pick<ClientRevision, 'revision' | 'state' | 'metadata'> {
  readonly first_party: boolean
  readonly updated_at: number
  readonly superseded_at: number
  readonly event: AuditRow
}

const select = `
  select r.revision, r.state, r.first_party, r.metadata, r.updated_at, r.superseded_at, row_to_json(e) as event
  from client_revisions r join audit_events e on e.realm = r.realm and e.id = r.event_id
  where r.realm = $1 and r.client_id = $2 and ($3::text is null or r.event_id < $3)
  order by r.event_id desc limit $4`
