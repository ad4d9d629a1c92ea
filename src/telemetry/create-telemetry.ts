import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { createLogger, type WriteLine } from './create-logger.ts'
import {
  createMetrics,
  type DeliveryOutcome,
  type HttpRequestEnd,
  type ManagementOperation,
  type MetricsSources,
  type Outcome,
  type RegistrationEnd,
} from './create-metrics.ts'
import type { TelemetryOptions } from './options.ts'

export interface Telemetry {
  readonly logger: Logger
  /** Stands in the log, in the answer and in the audit trail. */
  requestId(): string
  /** In the text format of Prometheus. */
  metrics(): Promise<string>
  readonly metricsContentType: string
  registrationEnded(end: RegistrationEnd): void
  managementRequestEnded(operation: ManagementOperation, outcome: Outcome): void
  /** By grant type, such as `authorization_code`. */
  tokenIssued(grant: string): void
  outboundRequestEnded(event: OutboundRequestEnd): void
  httpRequestEnded(end: HttpRequestEnd): void
  webhookDeliveryEnded(outcome: DeliveryOutcome): void
}

/** `purpose` and `outcome` are words of the fetcher; the rest is for the log alone. */
export interface OutboundRequestEnd {
  readonly purpose: string
  readonly outcome: string
  readonly origin: string
  readonly internal?: string
}

export interface TelemetrySurroundings extends MetricsSources {
  /** Standard output, if nothing else is given. */
  readonly write?: WriteLine
}

export function createTelemetry(options: TelemetryOptions, { write, ...sources }: TelemetrySurroundings): Telemetry {
  const logger = createLogger(options, write)
  const { text, contentType, outboundRequestEnded, ...recorders } = createMetrics(sources)
  return {
    ...recorders,
    logger,
    requestId: randomUUID,
    metrics: text,
    metricsContentType: contentType,
    outboundRequestEnded: ({ purpose, outcome, origin, internal }) => {
      outboundRequestEnded(purpose, outcome)
      // Successes are a matter of the metric; what went wrong is told nobody but the log.
      if (internal !== undefined) logger.warn({ purpose, outcome, origin, internal }, 'a URL could not be fetched')
    },
  }
}
