import type { AuditEvent, EpochSeconds } from '../registration/index.ts'

export interface Webhook {
  readonly id: string
  readonly url: string
  readonly enabled: boolean
  /** One secret or several, with a space between them. */
  readonly sealedSecret: string
}

/** An event on its way to a webhook. */
export interface Delivery {
  readonly realm: string
  readonly id: string
  readonly webhook: string
  readonly event: AuditEvent & { readonly id: string }
  /** The one under way included. */
  readonly attempts: number
}

export interface Deliveries {
  /** What is due, of these webhooks, and nobody else's for `leaseSeconds`. */
  take(round: {
    readonly webhooks: readonly { readonly realm: string; readonly id: string; readonly limit: number }[]
    readonly limit: number
    readonly now: EpochSeconds
    readonly leaseSeconds: number
  }): Promise<readonly Delivery[]>
  done(delivery: Delivery): Promise<void>
  failed(delivery: Delivery, error: string, next: EpochSeconds | 'dead'): Promise<void>
}

export interface SignedDelivery {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Redirects are not followed, and the body is nobody's business. `retryAfter`: the header of that name. */
export type WebhookAnswer = { readonly status: number; readonly retryAfter?: string | undefined } | { readonly failure: string }

export type DeliveryOutcome = 'delivered' | 'failed' | 'dead'

export interface WebhookPorts {
  readonly deliveries: Deliveries
  readonly realms: {
    all(): readonly { readonly name: string }[]
    webhooks(realm: string): readonly Webhook[]
  }
  /** Never throws. */
  readonly post: (url: string, delivery: SignedDelivery) => Promise<WebhookAnswer>
  readonly vault: { open(sealed: string): string }
  readonly now: () => EpochSeconds
  readonly log: { warn(details: object, message: string): void }
  readonly record: (outcome: DeliveryOutcome) => void
}
