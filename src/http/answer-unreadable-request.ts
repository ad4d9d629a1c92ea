import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from 'pino'

interface Wording {
  readonly status: number
  readonly description: string
}

const wordings: Readonly<Record<string, Wording>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, description: 'the request took too long to arrive' },
  HPE_HEADER_OVERFLOW: { status: 431, description: 'the header of the request is too large' },
}
const otherwise: Wording = { status: 400, description: 'this is no HTTP request that could be understood' }

/** What is no HTTP never becomes a request: nothing but the socket is there to answer on. */
export function answerUnreadableRequest(error: NodeJS.ErrnoException, socket: Socket, log: Logger): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const requestId = randomUUID()
  const { status, description } = wordings[error.code ?? ''] ?? otherwise
  log.info({ request_id: requestId, code: error.code, status, address: socket.remoteAddress }, 'an unreadable request')
  if (socket.writable) socket.write(answer(status, description, requestId))
  socket.destroy()
}

function answer(status: number, description: string, requestId: string): string {
  const body = JSON.stringify({ error: 'invalid_request', error_description: description, request_id: requestId })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${requestId}`,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
