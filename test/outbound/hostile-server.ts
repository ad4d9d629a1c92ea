import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Value } from 'typebox/value'
import { afterEach } from 'vitest'
import {
  createOutbound,
  type Outbound,
  type OutboundOptions,
  type OutboundSurroundings,
  outboundOptions,
} from '../../src/outbound/index.ts'

export interface TestServer {
  readonly origin: string
  readonly port: number
  /** Every request that arrived. */
  readonly requests: IncomingMessage[]
  /** Every connection that was opened, whether or not it carried a request. */
  connections(): number
}

const cleanups: (() => Promise<unknown> | unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function afterThisTest(cleanup: () => Promise<unknown> | unknown): void {
  cleanups.push(cleanup)
}

export function serve(listener: RequestListener): Promise<TestServer> {
  return listen(createServer({ maxHeaderSize: 16_384 }), listener, 'http')
}

export async function listen(server: Server, listener: RequestListener, scheme: string): Promise<TestServer> {
  const requests: IncomingMessage[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('request', (request, response) => {
    requests.push(request)
    listener(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  afterThisTest(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { origin: `${scheme}://127.0.0.1:${port}`, port, requests, connections: () => connections }
}

/** The defaults of an operator who set nothing but `settings`; failures are told at once. */
export function optionsWith(settings: Partial<OutboundOptions>): OutboundOptions {
  return { ...Value.Create(outboundOptions), failureFloorMilliseconds: 0, ...settings }
}

export function outboundWith(settings: Partial<OutboundOptions>, surroundings: OutboundSurroundings = {}): Outbound {
  const outbound = createOutbound(optionsWith(settings), surroundings)
  afterThisTest(() => outbound.stop())
  return outbound
}
