import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'

export interface ReceivedEvent {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly payload: {
    readonly type: string
    readonly id: string
    readonly realm: string
    readonly timestamp: string
    readonly data: { readonly client_id: string; readonly actor: string; readonly details: Readonly<Record<string, unknown>> }
  }
}

/** Somebody who listens for events. */
export interface Receiver {
  readonly url: string
  readonly port: number
  readonly events: ReceivedEvent[]
  /** How many requests were under way at the same time at most. */
  atOnce(): number
  stop(): Promise<void>
}

/** Answers with what `answer` says: a status, or however it likes; 204 to all if nothing else is said. */
export async function startReceiver(
  answer: (event: ReceivedEvent, count: number) => number | RequestListener = () => 204,
  port = 0,
): Promise<Receiver> {
  const events: ReceivedEvent[] = []
  const sockets = new Set<Socket>()
  let underWay = 0
  let atOnce = 0
  const server = createServer(async (request, response) => {
    underWay += 1
    atOnce = Math.max(atOnce, underWay)
    response.on('close', () => {
      underWay -= 1
    })
    const body = await text(request)
    const event = { headers: request.headers, body, payload: JSON.parse(body) }
    events.push(event)
    const what = answer(event, events.length)
    if (typeof what === 'number') response.writeHead(what).end()
    else what(request, response)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}/hook`,
    port: taken,
    events,
    atOnce: () => atOnce,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}
