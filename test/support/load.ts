import { Pool } from 'undici'

export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
}

/** A client with so many kept connections, one request at a time on each. */
export function openConnections(origin: string, connections: number) {
  const pool = new Pool(origin, { connections, pipelining: 1 })
  return {
    async send(sent: Sent): Promise<Received> {
      const { statusCode: status, headers, body } = await pool.request(sent as Parameters<typeof pool.request>[0])
      return { status, headers, text: await body.text() }
    },
    close: () => pool.destroy(),
  }
}

export type Connections = ReturnType<typeof openConnections>

/** Does the work `times` times, in so many lanes at once; the first failure ends it all. */
export async function inLanes(lanes: number, times: number, work: (index: number, lane: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async (_: unknown, number: number): Promise<void> => {
    while (next < times) {
      next += 1
      await work(next - 1, number)
    }
  }
  try {
    await Promise.all(Array.from({ length: lanes }, lane))
  } finally {
    next = times
  }
}

export function post(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Sent {
  return { method: 'POST', path, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

export function form(
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Sent {
  const body = new URLSearchParams(fields).toString()
  return { method: 'POST', path, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body }
}

/** As much of a client information response as a client needs to come back. */
export interface Registered {
  readonly client_id: string
  readonly client_name?: string
  readonly client_secret?: string
  readonly registration_access_token: string
}

export function read({ client_id, registration_access_token }: Registered): Sent {
  const headers = { authorization: `Bearer ${registration_access_token}` }
  return { method: 'GET', path: `/register/${encodeURIComponent(client_id)}`, headers }
}
