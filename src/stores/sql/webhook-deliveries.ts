import type { EpochSeconds } from '../../registration/index.ts'
import type { Delivery, DeliveryKey, DeliveryQuery } from '../contracts.ts'
import { type AuditRow, eventOf } from './audit-rows.ts'
import type { Database, Value } from './database.ts'

/** Events that webhooks still have to hear, as they were recorded; at least once, by whichever node is faster. */
export interface WebhookDeliveries {
  /** The longest due first. Nobody else gets them for `leaseSeconds`; who has not told by then how it went, has lost them. */
  take(limit: number, now: EpochSeconds, leaseSeconds: number): Promise<readonly Delivery[]>
  /** It has arrived. */
  done(key: DeliveryKey): Promise<void>
  /** It has not; `dead`: and is not tried again, unless somebody says so. */
  failed(key: DeliveryKey, error: string, next: EpochSeconds | 'dead'): Promise<void>
  /** Newest first; `after` is the id of the last one seen. */
  list(query: DeliveryQuery): Promise<readonly Delivery[]>
  /** A dead one is due again, with its attempts counted anew. `false`: there is none. */
  retry(key: DeliveryKey, now: EpochSeconds): Promise<boolean>
  discard(key: DeliveryKey): Promise<boolean>
}

export function createWebhookDeliveries({ query }: Pick<Database, 'query'>): WebhookDeliveries {
  const isDone = async (text: string, values: readonly Value[]): Promise<boolean> => (await query({ text }, values)).length > 0
  return {
    async take(limit, now, leaseSeconds) {
      const rows = await query<DeliveryRow>(take, [limit, now, now + leaseSeconds])
      return rows.map(deliveryOf).sort((a, b) => (a.id < b.id ? -1 : 1))
    },
    async done({ realm, id }) {
      await query({ text: discard }, [realm, id])
    },
    async failed({ realm, id }, error, next) {
      const text = error.slice(0, errorCharactersMax)
      if (next === 'dead') await query({ text: bury }, [realm, id, text])
      else await query({ text: postpone }, [realm, id, text, next])
    },
    async list({ realm, limit, after, state, webhook }) {
      return (await query<DeliveryRow>({ text: list }, [realm, limit, after, state, webhook])).map(deliveryOf)
    },
    retry: ({ realm, id }, now) => isDone(retry, [realm, id, now]),
    discard: ({ realm, id }) => isDone(discard, [realm, id]),
  }
}

/** What a receiver answers is not ours to keep at length. */
const errorCharactersMax = 1_000

interface DeliveryRow {
  readonly realm: string
  readonly id: string
  readonly webhook: string
  readonly state: Delivery['state']
  readonly attempts: number
  readonly next_at: number
  readonly last_error: string | null
  readonly created_at: number
  readonly event: AuditRow
}

function deliveryOf({ next_at, last_error, created_at, event, ...row }: DeliveryRow): Delivery {
  return {
    ...row,
    event: eventOf(event),
    nextAt: next_at,
    ...(last_error === null ? {} : { lastError: last_error }),
    createdAt: created_at,
  }
}

const columns = `d.realm, d.id, d.webhook, d.state, d.attempts, d.next_at, d.last_error, d.created_at, row_to_json(e) as event`

/** By the index on `next_at` alone; what another node is taking at the moment is not waited for. */
const take = {
  name: 'take-deliveries',
  text: `
    with due as (
      select realm, id from webhook_deliveries where state = 'waiting' and next_at <= $2
      order by next_at limit $1 for update skip locked
    ), taken as (
      update webhook_deliveries d set next_at = $3, attempts = d.attempts + 1 from due
      where d.realm = due.realm and d.id = due.id
      returning d.*
    )
    select ${columns} from taken d join audit_events e on e.realm = d.realm and e.id = d.event_id`,
}

const postpone = `
  update webhook_deliveries set last_error = $3, next_at = $4 where realm = $1 and id = $2 and state = 'waiting'`

const bury = `update webhook_deliveries set last_error = $3, state = 'dead' where realm = $1 and id = $2 and state = 'waiting'`

const retry = `
  update webhook_deliveries set state = 'waiting', attempts = 0, next_at = $3 where realm = $1 and id = $2 and state = 'dead'
  returning 1`

const discard = 'delete from webhook_deliveries where realm = $1 and id = $2 returning 1'

const list = `
  select ${columns} from webhook_deliveries d join audit_events e on e.realm = d.realm and e.id = d.event_id
  where d.realm = $1 and ($3::text is null or d.id < $3) and ($4::text is null or d.state = $4) and ($5::text is null or d.webhook = $5)
  order by d.id desc limit $2`
