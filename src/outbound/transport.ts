import { type Response as Answer, fetch as send } from 'undici'
import type { Boundary } from './boundary.ts'
import type { Dispatchers } from './create-dispatchers.ts'
import type { Gate } from './gate.ts'
import type { OutboundOptions } from './options.ts'
import { asOutboundFailure, OutboundFailure } from './outbound-failure.ts'
import type { Throttle } from './throttle.ts'

export interface OutboundRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer>
  /** Certification authorities in PEM that are trusted besides those of the options. */
  readonly authorities?: readonly string[]
}

/** One guarded request over the network. What `take` makes of the answer is made within the time limit. */
export interface Transport {
  /** @throws OutboundFailure, and nothing else. */
  exchange<T>(url: string, request: OutboundRequest, take: (answer: Answer) => Promise<T>): Promise<T>
}

export interface TransportParts {
  readonly boundary: Boundary
  readonly throttle: Throttle
  readonly gate: Gate
  readonly dispatchers: Dispatchers
}

export function createTransport(options: OutboundOptions, { boundary, throttle, gate, dispatchers }: TransportParts): Transport {
  return {
    exchange: async (text, { authorities = [], ...request }, take) => {
      const url = boundary.admitUrl(text)
      await throttle.countRequest(url.hostname)
      return withinTime(options.totalTimeoutSeconds * 1000, (signal) =>
        gate.run(url.hostname, signal, async () => {
          // A redirect is an answer like any other and never followed (SEC-SSRF-04).
          const answer = await send(url, {
            ...request,
            redirect: 'manual',
            signal,
            dispatcher: dispatchers.for(url, authorities),
          })
          return take(answer)
        }),
      )
    },
  }
}

async function withinTime<T>(milliseconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new OutboundFailure('failed', 'the time was up')), milliseconds)
  try {
    return await work(controller.signal)
  } catch (error) {
    throw asOutboundFailure(error)
  } finally {
    clearTimeout(timer)
  }
}
