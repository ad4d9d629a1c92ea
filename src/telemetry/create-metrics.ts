import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Channel, RefusalCode } from '../registration/index.ts'
import { createLabelGuard } from './label-guard.ts'

/** Labels are words of ours out of short lists: never a client id, a URI or an address, which would grow without end. */
export interface Metrics {
  text(): Promise<string>
  readonly contentType: string
  registrationEnded(end: RegistrationEnd): void
  managementRequestEnded(operation: ManagementOperation, outcome: Outcome): void
  tokenIssued(grant: string): void
  outboundRequestEnded(purpose: string, outcome: string): void
  httpRequestEnded(end: HttpRequestEnd): void
  webhookDeliveryEnded(outcome: DeliveryOutcome): void
}

export type DeliveryOutcome = 'delivered' | 'failed' | 'dead'

export type Outcome = 'accepted' | 'refused' | 'failed'
export type ManagementOperation = 'read' | 'replace' | 'merge' | 'delete'

export interface RegistrationEnd {
  readonly channel: Channel
  readonly outcome: Outcome
  /** Why it was refused. */
  readonly reason?: RefusalCode
  readonly seconds: number
}

export interface HttpRequestEnd {
  readonly method: string
  /** The pattern of the route, such as `/register/:client_id`; never the path itself. */
  readonly route: string
  readonly status: number
  readonly seconds: number
}

export interface MetricsSources {
  readonly version: string
  /** Counted by the store, read when somebody asks. */
  readonly databaseRoundTrips: () => number
  /** Of all nodes together. */
  readonly webhookBacklog: () => Promise<{ readonly waiting: number; readonly dead: number }>
}

const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export function createMetrics({ version, databaseRoundTrips, webhookBacklog }: MetricsSources): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counters = createCounters(registers)
  const durations = createDurations(registers)
  new Gauge({ name: 'registrar_build_info', help: 'The version that runs.', labelNames: ['version', 'node'], registers })
    .labels(version, process.version)
    .set(1)
  new Counter({
    name: 'registrar_database_round_trips_total',
    help: 'Statements sent to the database.',
    registers,
    collect() {
      this.reset()
      this.inc(databaseRoundTrips())
    },
  })
  createBacklog(registers, webhookBacklog)
  const grants = createLabelGuard(32)
  const routes = createLabelGuard(256)
  const methods = createLabelGuard(16)

  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    registrationEnded: ({ channel, outcome, reason = 'none', seconds }) => {
      counters.registrations.inc({ channel, outcome, reason })
      durations.registration.observe(seconds)
    },
    managementRequestEnded: (operation, outcome) => counters.managementRequests.inc({ operation, outcome }),
    tokenIssued: (grant) => counters.tokensIssued.inc({ grant: grants(grant) }),
    outboundRequestEnded: (purpose, outcome) => counters.outboundFetches.inc({ purpose, outcome }),
    httpRequestEnded: ({ method, route, status, seconds }) =>
      durations.http.observe({ method: methods(method), route: routes(route), status: String(status) }, seconds),
    webhookDeliveryEnded: (outcome) => counters.webhookDeliveries.inc({ outcome }),
  }
}

function createCounters(registers: Registry[]) {
  return {
    registrations: new Counter({
      name: 'registrar_registrations_total',
      help: 'Registration requests that were answered.',
      labelNames: ['channel', 'outcome', 'reason'],
      registers,
    }),
    managementRequests: new Counter({
      name: 'registrar_management_requests_total',
      help: 'Requests to client configuration endpoints that were answered.',
      labelNames: ['operation', 'outcome'],
      registers,
    }),
    tokensIssued: new Counter({
      name: 'registrar_tokens_issued_total',
      help: 'Access tokens that were issued.',
      labelNames: ['grant'],
      registers,
    }),
    outboundFetches: new Counter({
      name: 'registrar_outbound_fetches_total',
      help: 'Requests for URLs that clients name, those answered from memory included.',
      labelNames: ['purpose', 'outcome'],
      registers,
    }),
    webhookDeliveries: new Counter({
      name: 'registrar_webhook_deliveries_total',
      help: 'Attempts to deliver an event to a webhook; `dead`: the last one, in vain.',
      labelNames: ['outcome'],
      registers,
    }),
  }
}

function createBacklog(registers: Registry[], webhookBacklog: MetricsSources['webhookBacklog']): void {
  new Gauge({
    name: 'registrar_webhook_backlog',
    help: 'Deliveries to webhooks that wait or are given up, of all nodes together, counted up to 10,000.',
    labelNames: ['state'],
    registers,
    async collect() {
      // Without a database nothing is known of it, while everything else has to be seen all the more.
      const counts = await webhookBacklog().catch(() => undefined)
      this.reset()
      if (counts === undefined) return
      this.set({ state: 'waiting' }, counts.waiting)
      this.set({ state: 'dead' }, counts.dead)
    },
  })
}

function createDurations(registers: Registry[]) {
  return {
    registration: new Histogram({
      name: 'registrar_registration_duration_seconds',
      help: 'From the request to the answer of a registration.',
      buckets: durationBuckets,
      registers,
    }),
    http: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'From the request to the end of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: durationBuckets,
      registers,
    }),
  }
}
