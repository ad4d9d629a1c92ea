import { request } from 'node:https'
import type { Certificate } from './certificates.ts'

/** `fetch` of a client that shows its certificate wherever it is asked for one; the server's own is of the test alone. */
export function fetchWith({ cert, key }: Certificate): (url: string, options?: object) => Promise<Response> {
  return (url, options = {}) => {
    const { method, headers, body } = options as { method?: string; headers?: Record<string, string>; body?: unknown }
    if (!url.startsWith('https:')) return fetch(url, options)
    return new Promise((resolve, reject) => {
      const plain = Object.fromEntries(new Headers(headers))
      const settings = { method: method ?? 'GET', headers: plain, cert, key, rejectUnauthorized: false, agent: false }
      const outgoing = request(url, settings, (incoming) => {
        const parts: Buffer[] = []
        incoming.on('data', (part: Buffer) => parts.push(part))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const kept = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)])
          const status = incoming.statusCode ?? 500
          const hasBody = status !== 204 && status !== 304
          resolve(new Response(hasBody ? Buffer.concat(parts) : null, { status, headers: kept }))
        })
      })
      outgoing.on('error', reject)
      outgoing.end(body === undefined || body === null ? undefined : String(body))
    })
  }
}
