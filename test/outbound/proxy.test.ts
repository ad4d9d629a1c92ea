import { createServer } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { listen, outboundWith, serve, type TestServer } from './hostile-server.ts'

/** Speaks CONNECT, notes where to, and leads every tunnel to `target`. */
async function serveProxy(target: () => TestServer, asked: string[]): Promise<TestServer> {
  const server = createServer()
  server.on('connect', (request, socket) => {
    asked.push(`${request.url} ${JSON.stringify(request.headers['proxy-authorization'] ?? null)}`)
    const tunnel = connect(target().port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connection Established\r\n\r\n'))
    for (const end of [tunnel, socket])
      end.on('error', () => undefined).on('close', () => [tunnel, socket].map((each) => each.destroy()))
    tunnel.pipe(socket)
    socket.pipe(tunnel)
  })
  return listen(server, (_request, response) => response.writeHead(400).end(), 'http')
}

describe('an egress proxy (SEC-SSRF-10)', () => {
  it('gets every connection, by name and without credentials, and resolves the name itself', async () => {
    const asked: string[] = []
    const target = await serve((_request, response) => response.end('{}'))
    const proxy = await serveProxy(() => target, asked)
    const lookup = async () => {
      throw new Error('nobody resolves names here')
    }
    const outbound = outboundWith({ proxyUrl: proxy.origin }, { lookup, development: true })
    expect((await outbound.fetch('jwks', 'http://keys.example:8080/jwks')).status).toBe(200)
    expect(asked).toEqual(['keys.example:8080 null'])
    expect(target.requests[0]?.headers.host).toBe('keys.example:8080')
  })

  it('is not asked for inside addresses, other schemes and other ports', async () => {
    const asked: string[] = []
    const target = await serve((_request, response) => response.end('{}'))
    const proxy = await serveProxy(() => target, asked)
    const outbound = outboundWith({ proxyUrl: proxy.origin })
    for (const url of [
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://2130706433/',
      'http://a.example/',
      'https://a.example:22/',
    ]) {
      await expect(outbound.fetch('jwks', url)).rejects.toMatchObject({ kind: 'refused' })
    }
    expect(asked).toEqual([])
    expect(proxy.connections()).toBe(0)
  })

  it('is passed by for allowed origins, which lie inside', async () => {
    const asked: string[] = []
    const inside = await serve((_request, response) => response.end('{}'))
    const proxy = await serveProxy(() => inside, asked)
    const outbound = outboundWith({ proxyUrl: proxy.origin, allowedOrigins: [inside.origin] })
    expect((await outbound.fetch('jwks', `${inside.origin}/jwks`)).status).toBe(200)
    expect(asked).toEqual([])
  })

  it('fails like everything else when it refuses', async () => {
    const proxy = await listen(
      createServer().on('connect', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')),
      (_request, response) => response.end(),
      'http',
    )
    const outbound = outboundWith({ proxyUrl: proxy.origin })
    await expect(outbound.fetch('jwks', 'https://keys.example/')).rejects.toMatchObject({
      message: 'the URL could not be fetched',
    })
  })
})
