import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createWorld, information, realm, token, type World } from './world.ts'

async function listen(world: World): Promise<number> {
  await world.app.listen({ port: 0, host: '127.0.0.1' })
  return (world.app.server.address() as AddressInfo).port
}

async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', () => undefined)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

async function send(port: number, ...parts: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const answer = readAll(socket)
  for (const part of parts) socket.write(part)
  return answer
}

describe('every answer', () => {
  it('has a request id of ours, whatever the request says', async () => {
    await using world = createWorld()
    for (const url of ['/register', '/token', '/jwks', '/nothing', '/health/live', '/interaction/1', '/register/%zz']) {
      const { headers } = await world.app.inject({ url, headers: { 'x-request-id': 'theirs', 'request-id': 'theirs' } })
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('forbids sniffing, and demands https from then on when the issuer is https (SEC-TP-01)', async () => {
    await using secure = createWorld({ realms: [realm({ issuer: 'https://as.example' })] })
    await using plain = createWorld()
    for (const url of ['/register', '/jwks', '/interaction/1']) {
      const { headers } = await secure.app.inject({ url })
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000',
      })
      expect((await plain.app.inject({ url })).headers['strict-transport-security']).toBeUndefined()
    }
  })

  it('leaves one log line without query or token, and one measurement with the pattern of the route (DCM-CR-11)', async () => {
    await using world = createWorld()
    const url = `/realms/acme/register/${information().client.client_id}`
    await world.app.inject({ url: `${url}?access_token=in-query`, headers: { authorization: `Bearer ${token}` } })
    await world.app.inject({ url: '/realms/nope/secret-path' })
    await world.app.inject({ method: 'POST', url: '/token?code=in-query' })
    const lines = world.logLines.map((line) => JSON.parse(line))
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatchObject({
      method: 'GET',
      path: url,
      realm: 'acme',
      status: 200,
      address: '127.0.0.1',
      request_id: expect.any(String),
    })
    expect(world.logLines.join()).not.toContain('in-query')
    expect(world.logLines.join()).not.toContain(token)
    expect(world.measured.map(({ method, route, status }) => [method, route, status])).toEqual([
      ['GET', '/register/:client_id', 200],
      ['GET', 'unmatched', 404],
      ['POST', '/token', 200],
    ])
    expect(world.measured[0]?.durationSeconds).toBeGreaterThan(0)
  })
})

describe('forwarding headers', () => {
  it('of strangers do not reach the engine, and the scheme is that of the issuer (SEC-TP-02)', async () => {
    await using world = createWorld({ realms: [realm({ issuer: 'https://as.example' })] })
    const headers = {
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '1',
      'x-real-ip': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
    }
    await world.app.inject({ method: 'POST', url: '/token', headers, remoteAddress: '192.0.2.1' })
    const seen = world.handled[0]?.headers ?? {}
    expect(seen).toMatchObject({ 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' })
    for (const name of ['x-forwarded-host', 'x-forwarded-port', 'x-real-ip', 'forwarded']) expect(seen).not.toHaveProperty(name)
  })

  it('of a trusted proxy name the address of the one before it', async () => {
    await using world = createWorld({ options: { trustedProxies: ['127.0.0.1', '::1'] } })
    await world.app.inject({ method: 'POST', url: '/token', headers: { 'x-forwarded-for': '6.6.6.6, 192.0.2.7' } })
    expect(world.handled[0]?.headers['x-forwarded-for']).toBe('192.0.2.7')
  })
})

describe('over a real socket', () => {
  const head = 'POST /register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

  it('a body that declares too much is answered with 413 before any of it has come (DCR-REQ-08)', async () => {
    await using world = createWorld()
    const port = await listen(world)
    const socket = connect(port, '127.0.0.1')
    socket.write(`${head}Content-Length: 10000000\r\n\r\n`)
    const [chunk] = await once(socket, 'data')
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 413 /)
    socket.destroy()
  })

  it('a chunked body is answered with 413 as soon as it is too much, and the connection goes on', async () => {
    await using world = createWorld({ options: { bodyBytesMax: 1024 } })
    const port = await listen(world)
    const big = `800\r\n${'x'.repeat(0x800)}\r\n`
    const next = 'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    const answer = await send(port, `${head}Transfer-Encoding: chunked\r\n\r\n`, big, big, '0\r\n\r\n', next)
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200'])
  })

  it('ten megabytes are refused without being kept', async () => {
    await using world = createWorld()
    const port = await listen(world)
    const response = await fetch(`http://127.0.0.1:${port}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob(['x'.repeat(10_000_000)]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(413)
  })

  it('a header that never ends is cut off (slowloris)', async () => {
    await using world = createWorld({ options: { headersTimeoutSeconds: 1 } })
    const port = await listen(world)
    expect(await send(port, 'POST /register HTTP/1.1\r\nHost:')).toMatch(/^(HTTP\/1\.1 408 |$)/)
  })

  it('a body that never ends is cut off', async () => {
    await using world = createWorld({ options: { headersTimeoutSeconds: 1, requestTimeoutSeconds: 1 } })
    const port = await listen(world)
    const answer = await send(port, `${head}Content-Length: 10\r\n\r\n{`)
    expect(answer).toMatch(/^(HTTP\/1\.1 408 |$)/)
    for (const asked of world.asked) expect(asked).toMatchObject({ body: null })
  })

  it('a header past the limit is refused', async () => {
    await using world = createWorld({ options: { headerBytesMax: 4096 } })
    const port = await listen(world)
    expect(await send(port, `GET /jwks HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(5000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /)
  })

  it('a request line that is none is answered in the words of every other refusal, with a request id', async () => {
    await using world = createWorld()
    const answer = await send(await listen(world), 'FOO BAR\r\n\r\n')
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    const { request_id: requestId, ...rest } = JSON.parse(body)
    expect(head).toMatch(/^HTTP\/1\.1 400 /)
    expect(head.toLowerCase()).toContain(`x-request-id: ${requestId}`)
    expect(rest).toEqual({ error: 'invalid_request', error_description: 'this is no HTTP request that could be understood' })
    expect(world.logLines.join()).toContain(requestId)
  })

  it.each([
    ['Authorization', 'Bearer one'],
    ['Host', 'other'],
  ])('a second %s is refused: what checks the one may not see the other (RFC 9110 §5.3)', async (name, value) => {
    await using world = createWorld()
    const port = await listen(world)
    const lines = ['POST /token HTTP/1.1', 'Host: x', 'authorization: Bearer two', `${name}: ${value}`, 'Connection: close']
    expect(await send(port, `${lines.join('\r\n')}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /)
    expect(world.handled).toEqual([])
  })

  it.each([
    ['GET http://evil.example/jwks HTTP/1.1', 200],
    ['OPTIONS * HTTP/1.1', 404],
    ['GET /jwks?a=1?b=2 HTTP/1.1', 200],
    ['PROPFIND /register HTTP/1.1', 405],
  ])('the request line %s is answered with %d', async (line, status) => {
    await using world = createWorld()
    const port = await listen(world)
    expect(await send(port, `${line}\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  })

  it('the engine reads the body itself', async () => {
    const engine = async (request: AsyncIterable<Buffer>, response: import('node:http').ServerResponse) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      response.end(Buffer.concat(chunks))
    }
    await using world = createWorld({ engine })
    const port = await listen(world)
    const body = new URLSearchParams({ grant_type: 'client_credentials' })
    const response = await fetch(`http://127.0.0.1:${port}/token`, { method: 'POST', body })
    expect(await response.text()).toBe('grant_type=client_credentials')
  })

  it('stopping answers what is under way, and waits for no kept connection', async () => {
    let release = (): void => undefined
    const arrived = new Promise<void>((entered) => {
      release = entered
    })
    let finish = (): void => undefined
    const held = new Promise<void>((done) => {
      finish = done
    })
    const register = async () => {
      release()
      await held
      return information()
    }
    const world = createWorld({ registration: { register } })
    const port = await listen(world)
    const agent = new Agent({ keepAlive: true })
    const answered = new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/json' }
      httpRequest({ port, host: '127.0.0.1', path: '/register', method: 'POST', agent, headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode))
      })
        .on('error', reject)
        .end('{}')
    })
    await arrived
    const closed = world.app.close()
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow()
    finish()
    expect(await answered).toBe(201)
    await closed
    agent.destroy()
  })
})
