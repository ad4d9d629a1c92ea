import type { SectorDocuments, StatementKeys } from '../registration/index.ts'
import { createBoundary } from './boundary.ts'
import { createDispatchers, type Resolvers } from './create-dispatchers.ts'
import { createFetch, type OutboundEvent, type OutboundRequest } from './create-fetch.ts'
import { createDocuments } from './documents.ts'
import { createGate } from './gate.ts'
import { createLogos, type Logos } from './logos/create-logos.ts'
import type { OutboundOptions } from './options.ts'
import { createWebhookPost, type PostedEvent, type WebhookAnswer } from './post-to-webhook.ts'
import type { Purpose } from './purposes.ts'
import { createStrangersResolver, type ResolveName, resolveByTheSystem } from './resolve-name.ts'
import { createSectorDocuments } from './sector-documents.ts'
import { createStatementKeys } from './statement-keys.ts'
import { createProviderTalk, type ProviderTalk } from './talk-to-provider.ts'
import { createThrottle } from './throttle.ts'
import { createTransport } from './transport.ts'

export interface Outbound {
  /**
   * GET answers are whole, bounded and possibly remembered, unless `cache-control: no-cache` or `cache: 'reload'` asks anew;
   * POST answers hold a status alone. @throws OutboundFailure
   */
  fetch(purpose: Purpose, url: string, init?: OutboundRequest): Promise<Response>
  /** The same for a caller that only knows `fetch`: what it asks for tells the purpose. */
  engineFetch(url: string, init?: OutboundRequest): Promise<Response>
  readonly sectorDocuments: SectorDocuments
  readonly statementKeys: StatementKeys
  readonly logos: Logos
  /** To the identity providers that administrators named: answers are read whole, errors too. @throws OutboundFailure */
  readonly providerFetch: ProviderTalk['fetch']
  /** One event, once. Never throws, and follows no redirect. */
  postToWebhook(url: string, event: PostedEvent): Promise<WebhookAnswer>
  /** Closes every connection, those under way too. */
  stop(): Promise<void>
}

export interface OutboundSurroundings {
  /** Permits plain http, any port, loopback and private addresses. */
  readonly development?: boolean
  readonly lookup?: ResolveName
  /** Milliseconds. */
  readonly now?: () => number
  readonly record?: (event: OutboundEvent) => void
  readonly webhookTimeoutSeconds?: number
}

/** The one way out to every URL that a client, a statement or a document names. */
export function createOutbound(options: OutboundOptions, surroundings: OutboundSurroundings = {}): Outbound {
  const { development = false, now = Date.now, record = () => undefined } = surroundings
  const boundary = createBoundary(options, development)
  const throttle = createThrottle(options)
  const gate = createGate({
    atOnceMax: options.requestsAtOnceMax,
    atOncePerKeyMax: options.requestsAtOncePerHostMax,
    queueMax: options.queueMax,
  })
  const dispatchers = createDispatchers(options, { boundary, throttle, resolvers: resolvers(options, surroundings) })
  const webhooks = createWebhookPost(options, {
    ...{ boundary, record, resolvers: resolvers(options, surroundings) },
    timeoutSeconds: surroundings.webhookTimeoutSeconds ?? options.totalTimeoutSeconds,
  })
  const providers = createProviderTalk(options, { boundary, record, now, resolvers: resolvers(options, surroundings) })
  const transport = createTransport(options, { boundary, throttle, gate, dispatchers })
  const documents = createDocuments(options, { transport, now })
  const fetch = createFetch({ documents, transport, record, now, failureFloorMilliseconds: options.failureFloorMilliseconds })

  return {
    fetch,
    engineFetch: (url, init = {}) => fetch(purposeOf(init), url, init),
    sectorDocuments: createSectorDocuments(fetch),
    statementKeys: createStatementKeys(fetch),
    logos: createLogos(options, { fetch, record, now }),
    providerFetch: providers.fetch,
    postToWebhook: webhooks.post,
    async stop() {
      await Promise.all([dispatchers.destroy(), webhooks.stop(), providers.stop()])
    },
  }
}

function resolvers(options: OutboundOptions, { lookup, development }: OutboundSurroundings): Resolvers {
  const listed = lookup ?? resolveByTheSystem
  if (development === true) return { strangers: listed, listed }
  return { strangers: lookup ?? createStrangersResolver(options.connectTimeoutSeconds * 1000), listed }
}

/** The engine posts to callbacks, asks for key sets as JSON, and for request objects as anything else. */
function purposeOf({ method, headers }: RequestInit): Purpose {
  if (method?.toUpperCase() === 'POST') return 'callback'
  const accept = new Headers(headers).get('accept') ?? ''
  return /\bjson\b|jwk-set/i.test(accept) ? 'jwks' : 'request-object'
}
