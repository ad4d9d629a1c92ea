import type { AdministrativeState, Channel, Client, ClientMetadata } from '../../registration/index.ts'
import type { ClientRevision, HistoryQuery } from '../contracts.ts'
import { type AuditRow, eventOf } from './audit-rows.ts'
import type { Query } from './database.ts'

/**
 * A kept revision is known by the event that put an end to it, which is the one that made the next. So a revision is
 * shown with the event that made it by looking at the one before; the first was made by the first event of all.
 */
export async function listHistory(
  query: Query,
  { realm, client_id, limit, after }: HistoryQuery,
): Promise<readonly ClientRevision[]> {
  const rows = await query<RevisionRow>({ text: select }, [realm, client_id, limit + 1, after])
  return rows.slice(0, limit).map((row, index) => revisionOf(row, rows[index + 1]?.ended ?? row.first))
}

interface RevisionRow {
  readonly revision: number
  readonly updated_at: number
  readonly channel: Channel
  readonly state: AdministrativeState
  readonly first_party: boolean
  readonly metadata: ClientMetadata
  readonly admission: Partial<Pick<Client, 'boundPolicies' | 'statement' | 'review'>> | null
  readonly expires_at: number | null
  readonly removed: boolean
  readonly ended: AuditRow | null
  readonly first: AuditRow | null
}

function revisionOf(row: RevisionRow, madeBy: AuditRow | null): ClientRevision {
  return {
    revision: row.revision,
    at: row.updated_at,
    channel: row.channel,
    state: row.state,
    firstParty: row.first_party,
    metadata: row.metadata,
    boundPolicies: [],
    ...row.admission,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    ...(madeBy === null ? {} : { madeBy: eventOf(madeBy) }),
    ...(row.removed && row.ended !== null ? { removedBy: eventOf(row.ended) } : {}),
  }
}

const columns = 'revision, updated_at, channel, state, first_party, metadata, admission, expires_at'

/** The client as it is comes first; `$4` is the id of the event that made the last revision seen, and so ended the next. */
const select = `
  with revisions as (
    (select null as event_id, ${columns}, false as removed from clients where realm = $1 and client_id = $2 and $4::text is null)
    union all
    (select event_id, ${columns}, removed from client_revisions
      where realm = $1 and client_id = $2 and ($4::text is null or event_id <= $4) order by event_id desc limit $3)
  )
  select ${columns}, removed, row_to_json(e) as ended,
    (select row_to_json(f) from audit_events f where f.realm = $1 and f.client_id = $2 order by f.id limit 1) as first
  from revisions r left join audit_events e on e.realm = $1 and e.id = r.event_id
  order by r.event_id desc nulls first limit $3`
