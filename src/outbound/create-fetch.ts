import type { Documents, FoundDocument } from './documents.ts'
import { asOutboundFailure, type FailureKind, OutboundFailure } from './outbound-failure.ts'
import type { Purpose } from './purposes.ts'
import type { Transport } from './transport.ts'

/** What became of one request. `origin` and `internal` are for the log; neither may become a label of a metric. */
export interface OutboundEvent {
  readonly purpose: Purpose
  readonly outcome: FoundDocument['outcome'] | FailureKind
  readonly origin: string
  readonly internal?: string
}

/** Node's types leave `cache` out. */
export type OutboundRequest = RequestInit & {
  readonly cache?: 'default' | 'reload'
  /** Certification authorities in PEM that are trusted for this request besides those of the options. */
  readonly authorities?: readonly string[]
}

export type GuardedFetch = (purpose: Purpose, url: string, init?: OutboundRequest) => Promise<Response>

export interface FetchParts {
  readonly documents: Documents
  readonly transport: Transport
  readonly record: (event: OutboundEvent) => void
  readonly now: () => number
  readonly failureFloorMilliseconds: number
}

interface Result {
  readonly response: Response
  readonly outcome: FoundDocument['outcome']
  readonly internal?: string
}

export function createFetch({ documents, transport, record, now, failureFloorMilliseconds }: FetchParts): GuardedFetch {
  const perform = async (purpose: Purpose, url: string, init: OutboundRequest): Promise<Result> => {
    const method = (init.method ?? 'GET').toUpperCase()
    if (method === 'POST') return { response: await postCallback(transport, url, init), outcome: 'fetched' }
    if (method !== 'GET') throw new OutboundFailure('refused', `the method ${method} is not served`)
    const document = await documents.find({ purpose, url, authorities: init.authorities ?? [] }, asksAnew(init))
    const { outcome, failure } = document
    return { response: asResponse(document, now()), outcome, ...(failure !== undefined && { internal: failure.internal }) }
  }

  return async (purpose, url, init = {}) => {
    const earliestFailure = performance.now() + failureFloorMilliseconds
    const signal = init.signal ?? undefined
    const origin = URL.canParse(url) ? new URL(url).origin : 'unreadable'
    try {
      const { response, ...rest } = await unlessAborted(perform(purpose, url, init), signal)
      record({ purpose, origin, ...rest })
      return response
    } catch (error) {
      const failure = asOutboundFailure(error)
      record({ purpose, origin, outcome: failure.kind, internal: failure.internal })
      await pause(earliestFailure - performance.now(), signal)
      throw failure
    }
  }
}

/** In the word of HTTP (RFC 9111 §5.2.1.4) or in that of `fetch`; heard as often as the options let it be. */
function asksAnew({ cache, headers }: OutboundRequest): boolean {
  return cache === 'reload' || /\bno-cache\b/i.test(new Headers(headers).get('cache-control') ?? '')
}

// What a protocol says about its own request; nothing else leaves with it, cookies and tracing least of all (SEC-SSRF-06).
const callbackHeaders = ['content-type', 'authorization']

/** Back-channel logout, CIBA ping: only the status of the answer counts, and a redirect is a failure (SEC-SSRF-12). */
async function postCallback(transport: Transport, url: string, init: RequestInit): Promise<Response> {
  const content = new Response(init.body)
  const given = new Headers(init.headers)
  const contentType = content.headers.get('content-type')
  if (contentType !== null && !given.has('content-type')) given.set('content-type', contentType)
  const kept = [...given].filter(([name]) => callbackHeaders.includes(name))
  const headers = { ...Object.fromEntries(kept), 'user-agent': 'registrar' }
  const body = new Uint8Array(await content.arrayBuffer())
  return transport.exchange(url, { method: 'POST', headers, body }, async (answer) => {
    await answer.body?.cancel()
    if (answer.status < 200 || (answer.status >= 300 && answer.status < 400)) {
      throw new OutboundFailure('failed', `the answer was ${answer.status}`)
    }
    return new Response(null, { status: answer.status })
  })
}

/** Its lifetime is ours, not the other side's: whoever caches again does so within our bounds. */
function asResponse({ body, contentType, freshUntil }: FoundDocument, now: number): Response {
  const seconds = Math.max(0, Math.floor((freshUntil - now) / 1000))
  const headers = { 'cache-control': `max-age=${seconds}`, ...(contentType !== null && { 'content-type': contentType }) }
  return new Response(body, { status: 200, headers })
}

/** A caller can stop waiting; a download that others wait for as well goes on. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new OutboundFailure('failed', 'the caller stopped waiting', signal.reason))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (milliseconds <= 0 || signal?.aborted === true) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(end, milliseconds)
    function end(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    signal?.addEventListener('abort', end, { once: true })
  })
}
