import type { NodeIdentity, NodeState, RealmBehind, RunningRealm } from '../contracts.ts'
import type { Database } from './database.ts'

export interface Nodes {
  /** Who was at the same address before is gone. */
  join(node: NodeIdentity, realms: readonly RunningRealm[]): Promise<void>
  /** The node is still there. `false`: nobody knows it, and it has to join again. */
  beat(id: string): Promise<boolean>
  leave(id: string): Promise<void>
  /** Those that are there first, by age; compared in these realms with what the database knows. */
  list(realms: readonly string[]): Promise<readonly NodeState[]>
}

/** Three heartbeats have not come. */
const lostAfterSeconds = 15

/** Of each node. */
const realmsMax = 100
const nodesMax = 500

export function createNodes({ query }: Pick<Database, 'query'>): Nodes {
  return {
    async join({ id, version, address, publicUrl, startedAt }, realms) {
      await query({ text: join }, [
        ...[id, version, address, publicUrl, startedAt],
        ...[realms.map(({ name }) => name), realms.map(({ revision }) => revision)],
        realms.map(({ definitionDigest }) => definitionDigest),
      ])
    },
    async beat(id) {
      const rows = await query({ name: 'node-beat', text: `update nodes set seen_at = ${now} where id = $1 returning id` }, [id])
      return rows.length > 0
    },
    async leave(id) {
      await query({ text: 'delete from nodes where id = $1' }, [id])
    },
    async list(realms) {
      return (await query<NodeRow>({ text: list }, [realms, realmsMax, nodesMax])).map(stateOf)
    },
  }
}

interface NodeRow extends NodeIdentity {
  readonly seenAt: number
  readonly isLost: boolean
  readonly revisions: Readonly<Record<string, number>> | null
  readonly behind: readonly (Omit<RealmBehind, 'runs'> & { readonly runs: number | null })[] | null
}

function stateOf({ isLost, revisions, behind, ...node }: NodeRow): NodeState {
  const lagging = (behind ?? []).map(({ runs, ...realm }) => ({ ...realm, ...(runs === null ? {} : { runs }) }))
  const heard = lagging.length > 0 ? 'behind' : 'current'
  return { ...node, state: isLost ? 'lost' : heard, revisions: revisions ?? {}, behind: lagging }
}

/** One clock for all: those of the nodes may differ by more than a heartbeat. */
const now = 'extract(epoch from now())::bigint'

const join = `
  with before as (delete from nodes where address = $3 and id <> $1)
  insert into nodes (id, version, address, public_url, started_at, seen_at, realms, revisions, definition_digests)
  values ($1, $2, $3, $4, $5, ${now}, $6, $7, $8)
  on conflict (id) do update set seen_at = excluded.seen_at, realms = excluded.realms, revisions = excluded.revisions,
    definition_digests = excluded.definition_digests`

const list = `
  select n.id, n.version, n.address, n.public_url as "publicUrl", n.started_at as "startedAt", n.seen_at as "seenAt",
    n.seen_at < ${now} - ${lostAfterSeconds} as "isLost", runs.revisions, lags.behind
  from nodes n
  cross join lateral (
    select json_object_agg(name, revision) as revisions from (
      select name, revision from unnest(n.realms, n.revisions) as r (name, revision)
      where name = any ($1::text[]) order by name limit $2
    ) as shown
  ) as runs
  cross join lateral (
    select json_agg(json_build_object('realm', name, 'runs', runs, 'current', current, 'reason', reason)) as behind from (
      select m.name, r.revision as runs, m.revision as current,
        case when r.definition_digest is distinct from m.definition_digest then 'file' else 'revision' end as reason
      from realms m left join unnest(n.realms, n.revisions, n.definition_digests) as r (name, revision, definition_digest)
        on r.name = m.name
      where m.name = any ($1::text[])
        and (m.revision > coalesce(r.revision, 0) or r.definition_digest is distinct from m.definition_digest)
      order by m.name limit $2
    ) as shown
  ) as lags
  order by "isLost", n.started_at, n.id limit $3`
