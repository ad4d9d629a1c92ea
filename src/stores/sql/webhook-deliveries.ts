import type { EpochSeconds } from '../../registration/index.ts'
import type { Delivery, DeliveryCounts, DeliveryKey, DeliveryQuery, DeliveryRound } from '../contracts.ts'
import { type AuditRow, eventOf } from './audit-rows.ts'
import type { Database, Value } from './database.ts'

/** Events that webhooks still have to hear, as they were recorded; at least once, by whichever node is faster. */
export interface WebhookDeliveries {
  /**
   * The longest due first. Nobody else gets them for `leaseSeconds`; who has not told by then how it went, has lost them.
   * What is told of a client for the first time waits for what was told of it before.
   */
  take(round: DeliveryRound): Promise<readonly Delivery[]>
  /** It has arrived. */
  done(key: DeliveryKey): Promise<void>
  /** It has not; `dead`: and is not tried again, unless somebody says so. Who has lost it meanwhile has no say any more. */
  failed(delivery: Pick<Delivery, 'realm' | 'id' | 'attempts'>, error: string, next: EpochSeconds | 'dead'): Promise<void>
  /** Newest first; `after` is the id of the last one seen. */
  list(query: DeliveryQuery): Promise<readonly Delivery[]>
  /** A dead one is due again, with its attempts counted anew. `false`: there is none. */
  retry(key: DeliveryKey, now: EpochSeconds): Promise<boolean>
  discard(key: DeliveryKey): Promise<boolean>
  /** Of all realms; nobody counts further than 10,000. */
  count(): Promise<DeliveryCounts>
}

export function createWebhookDeliveries({ query }: Pick<Database, 'query'>): WebhookDeliveries {
  const isDone = async (text: string, values: readonly Value[]): Promise<boolean> => (await query({ text }, values)).length > 0
  return {
    async take({ webhooks, limit, now, leaseSeconds }) {
      const of = <Value>(part: (webhook: DeliveryRound['webhooks'][number]) => Value) => webhooks.map(part)
      const wanted = [of(({ realm }) => realm), of(({ id }) => id), of((webhook) => webhook.limit)]
      const rows = await query<DeliveryRow>(take, [...wanted, limit, now, now + leaseSeconds])
      return rows.map(deliveryOf).sort((a, b) => (a.id < b.id ? -1 : 1))
    },
    async done({ realm, id }) {
      await query({ text: discard }, [realm, id])
    },
    async failed({ realm, id, attempts }, error, next) {
      const values = [realm, id, attempts, error.slice(0, errorCharactersMax)]
      if (next === 'dead') await query({ text: bury }, values)
      else await query({ text: postpone }, [...values, next])
    },
    async list({ realm, limit, after, state, webhook }) {
      return (await query<DeliveryRow>({ text: list }, [realm, limit, after, state, webhook])).map(deliveryOf)
    },
    retry: ({ realm, id }, now) => isDone(retry, [realm, id, now]),
    discard: ({ realm, id }) => isDone(discard, [realm, id]),
    async count() {
      const [counts] = await query<DeliveryCounts>({ text: count }, [countMax])
      return counts ?? { waiting: 0, dead: 0 }
    },
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

/**
 * What another node is taking at the moment is not waited for. What has an error was tried, and holds nothing up. No more
 * than so many of each webhook are looked at, since all of them may have to wait for one.
 */
const take = {
  name: 'take-deliveries',
  text: `
    with due as (
      select d.realm, d.id from unnest($1::text[], $2::text[], $3::integer[]) as w (realm, webhook, most)
      cross join lateral (
        select d.realm, d.id from (
          select realm, id, next_at from webhook_deliveries
          where realm = w.realm and webhook = w.webhook and state = 'waiting' and next_at <= $5
          order by next_at, id limit 1000
        ) first join webhook_deliveries d on d.realm = first.realm and d.id = first.id
        where d.state = 'waiting' and d.next_at <= $5
          and (d.last_error is not null or not exists (
            select from webhook_deliveries p
            where p.realm = d.realm and p.webhook = d.webhook and p.client_id = d.client_id and p.id < d.id
              and p.state = 'waiting' and p.last_error is null
          ))
        order by first.next_at, first.id limit w.most for update of d skip locked
      ) d
      limit $4
    ), taken as (
      update webhook_deliveries d set next_at = $6, attempts = d.attempts + 1 from due
      where d.realm = due.realm and d.id = due.id
      returning d.*
    )
    select ${columns} from taken d join audit_events e on e.realm = d.realm and e.id = d.event_id`,
}

const postpone = `
  update webhook_deliveries set last_error = $4, next_at = $5
  where realm = $1 and id = $2 and attempts = $3 and state = 'waiting'`

const bury = `
  update webhook_deliveries set last_error = $4, state = 'dead'
  where realm = $1 and id = $2 and attempts = $3 and state = 'waiting'`

const retry = `
  update webhook_deliveries set state = 'waiting', attempts = 0, next_at = $3 where realm = $1 and id = $2 and state = 'dead'
  returning 1`

const discard = 'delete from webhook_deliveries where realm = $1 and id = $2 returning 1'

const list = `
  select ${columns} from webhook_deliveries d join audit_events e on e.realm = d.realm and e.id = d.event_id
  where d.realm = $1 and ($3::text is null or d.id < $3) and ($4::text is null or d.state = $4) and ($5::text is null or d.webhook = $5)
  order by d.id desc limit $2`

const countMax = 10_000

const count = `
  select (select count(*)::integer from (select from webhook_deliveries where state = 'waiting' limit $1) w) as waiting,
    (select count(*)::integer from (select from webhook_deliveries where state = 'dead' limit $1) d) as dead`
