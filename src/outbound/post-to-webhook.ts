import type { Response as Answer } from 'undici'
import type { Boundary } from './boundary.ts'
import { createDispatchers, type Resolvers } from './create-dispatchers.ts'
import type { OutboundEvent } from './create-fetch.ts'
import type { OutboundOptions } from './options.ts'
import { asOutboundFailure } from './outbound-failure.ts'
import { purposeRules } from './purposes.ts'
import { createTransport } from './transport.ts'

export interface PostedEvent {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The status of any answer, a redirect too, and when it asks to be called again; or why there was none. */
export type WebhookAnswer = { readonly status: number; readonly retryAfter?: string | undefined } | { readonly failure: string }

export interface WebhookPost {
  /** Never throws. */
  post(url: string, event: PostedEvent): Promise<WebhookAnswer>
  stop(): Promise<void>
}

export interface WebhookPostParts {
  readonly boundary: Boundary
  readonly resolvers: Resolvers
  readonly record: (event: OutboundEvent) => void
  readonly timeoutSeconds: number
}

// Whoever delivers counts for himself how much he sends where; here it would come from what clients may name.
const unlimited = { countRequest: async () => undefined, countConnection: async () => undefined }
const open = { run: <T>(_key: string, _signal: AbortSignal, work: () => Promise<T>): Promise<T> => work() }
const CONNECTIONS_PER_ORIGIN_MAX = 100

/** Webhooks are named by administrators, who are told what went wrong; the boundary holds for them as for everybody. */
export function createWebhookPost(
  options: OutboundOptions,
  { boundary, resolvers, record, timeoutSeconds }: WebhookPostParts,
): WebhookPost {
  const ownLimits = {
    ...options,
    headersTimeoutSeconds: timeoutSeconds,
    totalTimeoutSeconds: timeoutSeconds,
    requestsAtOncePerHostMax: CONNECTIONS_PER_ORIGIN_MAX,
  }
  const dispatchers = createDispatchers(ownLimits, { boundary, throttle: unlimited, resolvers })
  const transport = createTransport(ownLimits, { boundary, throttle: unlimited, gate: open, dispatchers })
  const { bytesMax } = purposeRules(options).webhook

  return {
    async post(url, { headers, body }) {
      const origin = URL.canParse(url) ? new URL(url).origin : 'unreadable'
      try {
        const request = {
          method: 'POST',
          headers: { ...headers, 'user-agent': 'registrar' },
          body: new TextEncoder().encode(body),
        }
        const told = await transport.exchange(url, request, async (answer) => {
          await drain(answer, bytesMax)
          return { status: answer.status, retryAfter: answer.headers.get('retry-after') ?? undefined }
        })
        record({ purpose: 'webhook', origin, outcome: 'fetched' })
        return told
      } catch (error) {
        const { kind, internal } = asOutboundFailure(error)
        record({ purpose: 'webhook', origin, outcome: kind, internal })
        return { failure: internal }
      }
    },
    stop: () => dispatchers.destroy(),
  }
}

/** The status is there already: whatever becomes of the body changes nothing any more. */
async function drain({ body }: Answer, bytesMax: number): Promise<void> {
  let bytes = 0
  try {
    for await (const piece of body ?? []) {
      bytes += piece.byteLength
      if (bytes > bytesMax) return
    }
  } catch {
    // The connection is lost with it, and nothing else.
  }
}
