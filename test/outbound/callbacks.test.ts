import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { OutboundFailure } from '../../src/outbound/index.ts'
import { outboundWith, serve } from './hostile-server.ts'

describe('callbacks to clients (SEC-SSRF-12)', () => {
  it('posts a logout token as a form and gives nothing but the status', async () => {
    const bodies: Promise<string>[] = []
    const server = await serve((request, response) => {
      bodies.push(text(request))
      response.writeHead(200, { 'x-inside': 'secret' })
      response.end('the answer of the client')
    })
    const outbound = outboundWith({ allowedOrigins: [server.origin] })
    const body = new URLSearchParams({ logout_token: 'a.b.c' })
    const response = await outbound.engineFetch(`${server.origin}/logout`, {
      method: 'POST',
      body,
      headers: { cookie: 'a=b', 'x-request-id': '1' },
    })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
    expect([...response.headers]).toEqual([])
    expect(await bodies[0]).toBe('logout_token=a.b.c')
    expect(server.requests[0]?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
    expect(server.requests[0]?.headers).not.toHaveProperty('cookie')
    expect(server.requests[0]?.headers).not.toHaveProperty('x-request-id')
  })

  it("posts a CIBA ping with the client's own notification token", async () => {
    const server = await serve((_request, response) => {
      response.writeHead(204)
      response.end()
    })
    const outbound = outboundWith({ allowedOrigins: [server.origin] })
    const headers = new Headers({ authorization: 'Bearer theirs', 'content-type': 'application/json', 'user-agent': '' })
    const response = await outbound.engineFetch(`${server.origin}/ping`, { method: 'POST', headers, body: '{"auth_req_id":"1"}' })
    expect(response.status).toBe(204)
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer theirs', 'content-type': 'application/json' })
  })

  it('posts every time, remembering nothing', async () => {
    const server = await serve((_request, response) => response.writeHead(500).end())
    const outbound = outboundWith({ allowedOrigins: [server.origin] })
    for (let count = 0; count < 3; count += 1) {
      expect((await outbound.engineFetch(server.origin, { method: 'POST', body: '' })).status).toBe(500)
    }
    expect(server.requests).toHaveLength(3)
  })

  it('does not follow a redirect, nor reach a private address', async () => {
    const inside = await serve((_request, response) => response.end())
    const server = await serve((_request, response) => response.writeHead(307, { location: inside.origin }).end())
    const outbound = outboundWith({ allowedOrigins: [server.origin] })
    await expect(outbound.engineFetch(server.origin, { method: 'POST', body: 'x' })).rejects.toThrow(OutboundFailure)
    await expect(outbound.engineFetch(inside.origin, { method: 'POST', body: 'x' })).rejects.toThrow(OutboundFailure)
    expect(inside.connections()).toBe(0)
  })

  it('does not wait for an answer that never ends', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200)
      response.write('and so on')
    })
    const outbound = outboundWith({ allowedOrigins: [server.origin] })
    expect((await outbound.engineFetch(server.origin, { method: 'POST', body: '' })).status).toBe(200)
  })
})

describe('what the engine asks for', () => {
  it('is a key set when it accepts JSON, and kept alive when the URL fails; otherwise a request object', async () => {
    let time = 1_000_000
    let status = 200
    const server = await serve((_request, response) => response.writeHead(status, { 'content-type': 'text/plain' }).end('{}'))
    const outbound = outboundWith({ allowedOrigins: [server.origin] }, { now: () => time })
    const keys = () => outbound.engineFetch(`${server.origin}/jwks`, { headers: new Headers({ accept: 'application/json' }) })
    const object = () =>
      outbound.engineFetch(`${server.origin}/object`, { headers: { accept: 'application/oauth-authz-req+jwt' } })
    await keys()
    await object()
    status = 500
    time += 400_000
    expect((await keys()).status).toBe(200)
    await expect(object()).rejects.toThrow(OutboundFailure)
  })
})
