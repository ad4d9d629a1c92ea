import type { EpochSeconds } from '../../registration/index.ts'
import type { Database } from './database.ts'

export interface UseRecorder {
  /** Only remembers; nobody waits for it. */
  record(realm: string, client_id: string, at: EpochSeconds): void
  flush(): Promise<void>
  close(): Promise<void>
}

interface Use {
  readonly realm: string
  readonly client_id: string
  readonly at: EpochSeconds
}

const flushMilliseconds = 3_000
const batchMax = 1_000

/** While the database is away, uses are kept; of more clients than this, the newest are not. */
const rememberedMax = 100_000

/** A client that works all day is written once in this time. */
const resolutionSeconds = 60

export function createUseRecorder({ query }: Pick<Database, 'query'>, log: (line: string) => void): UseRecorder {
  const uses = new Map<string, Use>()

  const writeBatch = async (batch: readonly (readonly [string, Use])[]): Promise<void> => {
    // In one order on every node: two that write the same clients wait for each other instead of locking each other out.
    const ordered = batch.map(([, use]) => use).sort((a, b) => compare(a.realm, b.realm) || compare(a.client_id, b.client_id))
    await query({ text: updateUses }, [ordered.map((u) => u.realm), ordered.map((u) => u.client_id), ordered.map((u) => u.at)])
    for (const [key, use] of batch) if (uses.get(key) === use) uses.delete(key)
  }

  const flush = async (): Promise<void> => {
    const entries = [...uses]
    for (let start = 0; start < entries.length; start += batchMax) await writeBatch(entries.slice(start, start + batchMax))
  }

  let flushing = Promise.resolve()
  const flushQuietly = () => {
    flushing = flush().catch((error: Error) =>
      log(`the last use of ${uses.size} clients could not be written yet: ${error.message}`),
    )
  }
  const timer = setInterval(flushQuietly, flushMilliseconds)
  timer.unref()

  return {
    record(realm, client_id, at) {
      const key = `${realm} ${client_id}`
      if (uses.size < rememberedMax || uses.has(key)) uses.set(key, { realm, client_id, at })
    },
    flush,
    async close() {
      clearInterval(timer)
      await flushing
      flushQuietly()
      await flushing
    },
  }
}

const updateUses = `
  with used as (
    select c.realm, c.client_id, u.at
    from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as u (realm, client_id, at, position)
    join clients c on c.realm = u.realm and c.client_id = u.client_id
    where c.last_used_at is null or c.last_used_at + ${resolutionSeconds} <= u.at
    order by u.position
    for update of c
  )
  update clients c set first_used_at = coalesce(c.first_used_at, used.at), last_used_at = used.at
  from used where c.realm = used.realm and c.client_id = used.client_id`

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
