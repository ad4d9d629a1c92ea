import type { Response as Answer } from 'undici'
import type { Boundary } from './boundary.ts'
import { createDispatchers, type Resolvers } from './create-dispatchers.ts'
import { createFetch, type OutboundEvent, type OutboundRequest } from './create-fetch.ts'
import { createDocuments } from './documents.ts'
import { createGate } from './gate.ts'
import type { OutboundOptions } from './options.ts'
import { asOutboundFailure, OutboundFailure } from './outbound-failure.ts'
import { purposeRules } from './purposes.ts'
import { readBody } from './read-answer.ts'
import { createTransport } from './transport.ts'

/** A person waits for each of these requests: no stranger's requests stand in their way, and each has its answer read. */
export interface ProviderTalk {
  /** Documents are remembered; whatever carries credentials or a body is asked for each time. @throws OutboundFailure */
  fetch(url: string, init?: OutboundRequest): Promise<Response>
  stop(): Promise<void>
}

export interface ProviderTalkParts {
  readonly boundary: Boundary
  readonly resolvers: Resolvers
  readonly record: (event: OutboundEvent) => void
  readonly now: () => number
}

// Identity providers are named by administrators; how often they are asked, the sign-in decides.
const unlimited = { countRequest: async () => undefined, countConnection: async () => undefined }
const CONNECTIONS_PER_HOST_MAX = 32
// Strangers' servers have to be quick; one that a person waits for may just be waking up.
const HEADERS_SECONDS_MIN = 10
const TOTAL_SECONDS_MIN = 15
// Somebody who is sent away with an error tries again at once.
const FAILURE_SECONDS_MAX = 5

export function createProviderTalk(
  common: OutboundOptions,
  { boundary, resolvers, record, now }: ProviderTalkParts,
): ProviderTalk {
  const options = {
    ...common,
    requestsAtOncePerHostMax: CONNECTIONS_PER_HOST_MAX,
    headersTimeoutSeconds: Math.max(common.headersTimeoutSeconds, HEADERS_SECONDS_MIN),
    totalTimeoutSeconds: Math.max(common.totalTimeoutSeconds, TOTAL_SECONDS_MIN),
    failureCacheSeconds: Math.min(common.failureCacheSeconds, FAILURE_SECONDS_MAX),
  }
  const dispatchers = createDispatchers(options, { boundary, throttle: unlimited, resolvers })
  const gate = createGate({
    atOnceMax: options.requestsAtOnceMax,
    atOncePerKeyMax: options.requestsAtOncePerHostMax,
    queueMax: options.queueMax,
  })
  const transport = createTransport(options, { boundary, throttle: unlimited, gate, dispatchers })
  const documents = createDocuments(options, { transport, now })
  const download = createFetch({ documents, transport, record, now, failureFloorMilliseconds: 0 })
  const { bytesMax } = purposeRules(options)['identity-provider']

  async function ask(url: string, init: OutboundRequest): Promise<Response> {
    const origin = URL.canParse(url) ? new URL(url).origin : 'unreadable'
    try {
      const request = { method: init.method?.toUpperCase() ?? 'GET', headers: sentHeaders(init), ...(await bodyOf(init)) }
      const answer = await transport.exchange(url, request, (given) => wholeAnswer(given, bytesMax))
      record({ purpose: 'identity-provider', origin, outcome: 'fetched' })
      return answer
    } catch (error) {
      const failure = asOutboundFailure(error)
      record({ purpose: 'identity-provider', origin, outcome: failure.kind, internal: failure.internal })
      throw failure
    }
  }

  return {
    fetch: (url, init = {}) => (isDocument(init) ? download('identity-provider', url, init) : ask(url, init)),
    stop: () => dispatchers.destroy(),
  }
}

function isDocument({ method, headers, body }: OutboundRequest): boolean {
  return (method ?? 'GET').toUpperCase() === 'GET' && !body && !new Headers(headers).has('authorization')
}

const keptHeaders = ['accept', 'authorization', 'content-type']

function sentHeaders({ headers }: OutboundRequest): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries([...new Headers(headers)].filter(([name]) => keptHeaders.includes(name))),
    'user-agent': 'registrar',
  }
}

async function bodyOf({ body }: OutboundRequest): Promise<{ readonly body?: Uint8Array<ArrayBuffer> }> {
  return body ? { body: new Uint8Array(await new Response(body).arrayBuffer()) } : {}
}

/** What went wrong at a token endpoint stands in its answer, so that errors are read as well; a redirect leads nowhere (SEC-SSRF-04). */
async function wholeAnswer(answer: Answer, bytesMax: number): Promise<Response> {
  if (answer.status < 200 || (answer.status >= 300 && answer.status < 400)) {
    await answer.body?.cancel()
    throw new OutboundFailure('failed', `the answer was ${answer.status}`)
  }
  const type = answer.headers.get('content-type')
  const challenge = answer.headers.get('www-authenticate')
  const headers = { ...(type !== null && { 'content-type': type }), ...(challenge !== null && { 'www-authenticate': challenge }) }
  const body = await readBody(answer, bytesMax)
  return new Response(body.byteLength === 0 ? null : body, { status: answer.status, headers })
}
