import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type OutboundEvent, OutboundFailure, type OutboundOptions } from '../../src/outbound/index.ts'
import { outboundWith, serve, type TestServer } from './hostile-server.ts'

const jwks = JSON.stringify({ keys: [] })
const sendJwks = (response: ServerResponse): void => {
  response.setHeader('content-type', 'application/json')
  response.end(jwks)
}

async function failureFrom(server: TestServer, settings: Partial<OutboundOptions> = {}): Promise<OutboundFailure> {
  const outbound = outboundWith({ allowedOrigins: [server.origin], ...settings })
  const failure: unknown = await outbound.fetch('jwks', `${server.origin}/jwks`).catch((error: unknown) => error)
  if (failure instanceof OutboundFailure) return failure
  throw new Error('the fetch did not fail')
}

describe('answers of a hostile server', () => {
  it('gives up on a body that drips, within the total time (SEC-SSRF-05)', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const timer = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(timer))
    })
    const failure = await failureFrom(server, { totalTimeoutSeconds: 1 })
    expect(failure.internal).toBe('the time was up')
  })

  it('gives up on headers that never come, and closes the connection (SEC-SSRF-05)', async () => {
    let closed: Promise<unknown> = Promise.resolve()
    const server = await serve((request) => {
      closed = once(request.socket, 'close')
    })
    const failure = await failureFrom(server, { totalTimeoutSeconds: 1 })
    expect(failure.kind).toBe('failed')
    await closed
  })

  it('stops reading an endless body and closes the connection (SEC-SSRF-05)', async () => {
    let written = 0
    let closed: Promise<unknown> = Promise.resolve()
    const server = await serve((_request, response) => {
      closed = once(response, 'close')
      const chunk = Buffer.alloc(16_384, 0x20)
      const pump = (): void => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length
      }
      response.on('drain', pump)
      pump()
    })
    const failure = await failureFrom(server)
    expect(failure.internal).toContain('larger than 65536 bytes')
    await closed
    expect(written).toBeLessThan(20_000_000)
  })

  it('counts a body after it is unpacked, so that 1 GB in gzip is no more than 64 kB of it (SEC-SSRF-05)', async () => {
    const member = gzipSync(Buffer.alloc(16 * 1024 * 1024))
    const bomb = Buffer.concat(Array.from({ length: 64 }, () => member))
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end(bomb)
    })
    const before = process.memoryUsage().rss
    const failure = await failureFrom(server)
    expect(failure.internal).toContain('larger than 65536 bytes')
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024)
  })

  it('reads a compressed answer of a fair size', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end(gzipSync(jwks))
    })
    const outbound = outboundWith({ allowedOrigins: [server.origin] })
    expect(await (await outbound.fetch('jwks', `${server.origin}/jwks`)).json()).toEqual({ keys: [] })
  })

  it('refuses an answer with more header bytes than are taken (SEC-SSRF-05)', async () => {
    const server = await serve((_request, response) => {
      response.setHeader('x-filler', 'a'.repeat(14_000))
      sendJwks(response)
    })
    expect((await failureFrom(server, { headerBytesMax: 8192 })).kind).toBe('failed')
  })

  it.each([301, 302, 303, 307, 308])('does not follow a %i (SEC-SSRF-04)', async (status) => {
    const inside = await serve((_request, response) => sendJwks(response))
    const server = await serve((_request, response) => {
      response.writeHead(status, { location: `${inside.origin}/jwks` })
      response.end()
    })
    const failure = await failureFrom(server, { allowedOrigins: [server.origin, inside.origin] })
    expect(failure.kind).toBe('failed')
    expect(inside.connections()).toBe(0)
  })

  it.each([201, 204, 206, 304, 400, 404, 500])('takes %i for a failure', async (status) => {
    const server = await serve((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(status === 204 || status === 304 ? undefined : jwks)
    })
    expect((await failureFrom(server)).internal).toBe(`the answer was ${status}`)
  })

  it.each(['text/html; charset=utf-8', 'image/svg+xml', 'application/xml'])('refuses a key set that is %s', async (type) => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': type })
      response.end(jwks)
    })
    expect((await failureFrom(server)).kind).toBe('failed')
  })

  it.each(['application/json', 'application/jwk-set+json; charset=utf-8', 'text/plain'])(
    'takes a key set that is %s',
    async (type) => {
      const server = await serve((_request, response) => {
        response.writeHead(200, { 'content-type': type })
        response.end(jwks)
      })
      const outbound = outboundWith({ allowedOrigins: [server.origin] })
      expect((await outbound.fetch('jwks', `${server.origin}/jwks`)).headers.get('content-type')).toBe(type)
    },
  )

  it('survives a server that speaks no HTTP and one that hangs up', async () => {
    const rude = await serve((request) => request.socket.destroy())
    expect((await failureFrom(rude)).kind).toBe('failed')
    const babbler = await serve((request) => request.socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    expect((await failureFrom(babbler)).kind).toBe('failed')
  })
})

describe('what leaves with a request', () => {
  it('carries no credentials, cookies or headers of the caller (SEC-SSRF-06)', async () => {
    const server = await serve((_request, response) => {
      response.setHeader('set-cookie', 'track=1; Path=/')
      response.setHeader('cache-control', 'no-store')
      sendJwks(response)
    })
    const outbound = outboundWith({ allowedOrigins: [server.origin], cacheMinimumSeconds: 0 })
    const headers = { authorization: 'Bearer secret', cookie: 'session=1', 'x-request-id': 'r1', 'x-forwarded-for': '10.0.0.1' }
    await outbound.fetch('jwks', `${server.origin}/jwks`, { headers })
    await outbound.fetch('jwks', `${server.origin}/jwks`, { headers })
    expect(server.requests).toHaveLength(2)
    for (const request of server.requests) {
      expect(request.headers).not.toHaveProperty('authorization')
      expect(request.headers).not.toHaveProperty('cookie')
      expect(request.headers).not.toHaveProperty('x-request-id')
      expect(request.headers).not.toHaveProperty('x-forwarded-for')
      expect(request.headers['user-agent']).toBe('registrar')
    }
  })

  it('refuses any method but GET and POST', async () => {
    const server = await serve((_request, response) => sendJwks(response))
    const outbound = outboundWith({ allowedOrigins: [server.origin] })
    await expect(outbound.fetch('jwks', server.origin, { method: 'DELETE' })).rejects.toThrow(OutboundFailure)
    expect(server.connections()).toBe(0)
  })
})

describe('what a failure tells (SEC-SSRF-07)', () => {
  it('is one text for every cause, with the cause for the log alone', async () => {
    const missing = await serve((_request, response) => {
      response.writeHead(404)
      response.end('top secret')
    })
    const events: OutboundEvent[] = []
    const closedPort = 'https://127.0.0.1:1'
    const lookup = async () => [{ address: '10.0.0.7', family: 4 }] as const
    const outbound = outboundWith(
      { allowedOrigins: [missing.origin, closedPort] },
      { lookup, record: (event) => events.push(event) },
    )
    const urls = [
      missing.origin,
      closedPort,
      'https://inside.example/',
      'https://127.0.0.1/',
      'http://a.example/',
      'https://a.example:22/',
    ]
    const told = await Promise.all(
      urls.map((url) => outbound.fetch('jwks', url).catch((error: Error) => `${error.name}: ${error.message}`)),
    )
    expect(new Set(told)).toEqual(new Set(['OutboundFailure: the URL could not be fetched']))
    expect(events.map(({ outcome }) => outcome).sort()).toEqual(['failed', 'failed', 'refused', 'refused', 'refused', 'refused'])
    expect(events.map(({ internal }) => internal).join('\n')).toContain('inside.example leads to 10.0.0.7')
    expect(JSON.stringify(events)).not.toContain('top secret')
  })

  it('takes the same time for a refused address as for an unknown name', async () => {
    const lookup = async (hostname: string) => {
      if (hostname === 'inside.example') return [{ address: '10.0.0.7', family: 4 }] as const
      throw new Error('no such name')
    }
    const outbound = outboundWith({ failureFloorMilliseconds: 300 }, { lookup })
    const timed = async (url: string): Promise<number> => {
      const start = performance.now()
      await expect(outbound.fetch('jwks', url)).rejects.toThrow(OutboundFailure)
      return performance.now() - start
    }
    for (const url of ['https://inside.example/', 'https://nowhere.example/', 'https://127.0.0.1/']) {
      expect(await timed(url)).toBeGreaterThanOrEqual(295)
    }
  })
})
