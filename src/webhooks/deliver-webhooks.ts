import { createAlarm } from './alarm.ts'
import { attemptDelivery } from './attempt-delivery.ts'
import type { WebhooksOptions } from './options.ts'
import { createPlaces, type Places } from './places.ts'
import type { Delivery, Webhook, WebhookPorts } from './ports.ts'

/** How long an event waits at most where nobody has woken us. */
const pollMilliseconds = 1_000

/** To find the database again and tell it how the attempt went, before somebody else begins. */
const leaseMarginSeconds = 30

/** At least once; each event of a client after those before, except for what is being tried again. */
export function deliverWebhooks(ports: WebhookPorts, options: WebhooksOptions): { stop(): Promise<void> } {
  const places = createPlaces(options)
  const underWay = new Set<Promise<void>>()
  const alarm = createAlarm()
  const faults = tellOnce((error) => ports.log.warn({ err: error }, 'webhook deliveries cannot be read for the moment'))
  let isStopped = false

  const deliver = async (delivery: Delivery, webhook: Webhook): Promise<void> => {
    const leave = places.enter(keyOf(delivery.realm, webhook.id))
    try {
      const outcome = await attemptDelivery(delivery, webhook, options.attemptsMax, ports)
      leave(outcome === 'delivered')
      ports.record(outcome)
    } catch (error) {
      leave(true)
      ports.log.warn({ err: error, delivery: delivery.id }, 'how a webhook delivery went could not be kept; it is sent again')
    }
  }

  const start = (delivery: Delivery): void => {
    const webhook = findWebhook(ports, delivery)
    // Removed or switched off in this very moment: what was taken is gone, or due again when the time has run out.
    if (webhook === undefined) return
    const attempt = deliver(delivery, webhook)
    underWay.add(attempt)
    void attempt.then(() => underWay.delete(attempt)).then(alarm.ring)
  }

  const takeRound = async (): Promise<void> => {
    const webhooks = webhooksWithRoom(ports, places)
    if (webhooks.length === 0) return
    const leaseSeconds = options.timeoutSeconds + leaseMarginSeconds
    const round = { webhooks, limit: places.free(), now: ports.now(), leaseSeconds }
    for (const delivery of await ports.deliveries.take(round)) start(delivery)
  }

  const work = async (): Promise<void> => {
    while (!isStopped) {
      await takeRound().then(() => faults.end(), faults.tell)
      await alarm.wait(pollMilliseconds)
    }
  }
  const working = work()

  return {
    async stop() {
      isStopped = true
      alarm.ring()
      await working
      await Promise.all(underWay)
    },
  }
}

/** A database that is away for an hour is one line. */
function tellOnce(tell: (error: unknown) => void) {
  let isTold = false
  return {
    tell(error: unknown): void {
      if (!isTold) tell(error)
      isTold = true
    },
    end(): void {
      isTold = false
    },
  }
}

function findWebhook({ realms }: WebhookPorts, { realm, webhook }: Delivery): Webhook | undefined {
  return realms.webhooks(realm).find(({ id, enabled }) => enabled && id === webhook)
}

function webhooksWithRoom({ realms }: WebhookPorts, places: Places) {
  const all = realms.all().flatMap(({ name: realm }) => realms.webhooks(realm).map(({ id, enabled }) => ({ realm, id, enabled })))
  const open = all
    .filter(({ enabled }) => enabled)
    .map(({ realm, id }) => ({ realm, id, limit: places.room(keyOf(realm, id)) }))
    .filter(({ limit }) => limit > 0)
  // Where there are fewer places than webhooks, it is not always the same ones that come first.
  const first = Math.floor(Math.random() * open.length)
  return [...open.slice(first), ...open.slice(0, first)]
}

/** Neither the name of a realm nor an id has a space. */
function keyOf(realm: string, webhook: string): string {
  return `${realm} ${webhook}`
}
