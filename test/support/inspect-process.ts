import { once } from 'node:events'
import { WebSocket } from 'undici'
import type { ServerProcess } from './server-process.ts'

/** Node's own inspector, for a process that was started with this. */
export const inspected = ['--inspect=127.0.0.1:0'] as const

/** Bytes that are reachable, not those that wait for the garbage collector: it is asked to run first. */
export async function heapBytes(server: ServerProcess): Promise<number> {
  const address = /Debugger listening on (ws:\S+)/.exec(server.output())?.[1]
  if (address === undefined) throw new Error(`the process is not inspected: ${server.output()}`)
  const socket = new WebSocket(address)
  await once(socket, 'open')
  const ask = async (id: number, method: string, params: object = {}): Promise<unknown> => {
    socket.send(JSON.stringify({ id, method, params }))
    for (;;) {
      const [{ data }] = (await once(socket, 'message')) as [{ data: string }]
      const answer = JSON.parse(data) as { id?: number; result?: unknown }
      if (answer.id === id) return answer.result
    }
  }
  try {
    await ask(1, 'HeapProfiler.collectGarbage')
    const { usedSize } = (await ask(2, 'Runtime.getHeapUsage')) as { usedSize: number }
    return usedSize
  } finally {
    socket.close()
  }
}
