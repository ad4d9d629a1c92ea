import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOutbound, type OutboundEvent, type OutboundOptions, outboundOptions } from '../../src/outbound/index.ts'

describe('the way to identity providers', () => {
  const events: OutboundEvent[] = []
  const seen: Readonly<Record<string, unknown>>[] = []
  let server: Server
  let origin: string
  const outbound = createOutbound(Value.Default(outboundOptions, {}) as OutboundOptions, {
    development: true,
    record: (event) => events.push(event),
  })

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push({ method: request.method, ...request.headers })
      const { pathname } = new URL(request.url ?? '/', 'http://x')
      if (pathname === '/redirect') return void response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
      if (pathname === '/large') return void response.end('x'.repeat(300_000))
      const status = pathname === '/token' ? 400 : 200
      response.writeHead(status, { 'content-type': 'application/json', 'set-cookie': 'a=b' }).end(`{"error":"invalid_grant"}`)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await outbound.stop()
    await new Promise((resolve) => server.close(resolve))
  })

  const post = (path: string) =>
    outbound.providerFetch(`${origin}${path}`, {
      method: 'POST',
      headers: { authorization: 'Basic x', cookie: 'a=b', 'x-trace': '1' },
      body: new URLSearchParams({ code: 'c' }),
    })

  it('follows no redirect, takes no answer without an end, and goes to no address that it should not', async () => {
    for (const path of ['/redirect', '/large']) await expect(post(path)).rejects.toMatchObject({ name: 'OutboundFailure' })
    await expect(outbound.providerFetch('http://169.254.169.254/token', { method: 'POST' })).rejects.toMatchObject({
      kind: 'refused',
    })
    await expect(outbound.providerFetch('file:///etc/passwd')).rejects.toMatchObject({ kind: 'refused' })
  })

  it('reads what an error says, and sends nothing but what the protocol says', async () => {
    const answer = await post('/token')
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'invalid_grant' }])
    expect(answer.headers.has('set-cookie')).toBe(false)
    expect(seen.at(-1)).toMatchObject({ method: 'POST', authorization: 'Basic x', 'user-agent': 'registrar' })
    expect(Object.keys(seen.at(-1) ?? {})).not.toEqual(expect.arrayContaining(['cookie']))
    expect(seen.at(-1)).not.toHaveProperty('x-trace')
    expect(events.at(-1)).toMatchObject({ purpose: 'identity-provider', outcome: 'fetched', origin })
  })

  it('remembers documents, and nothing that was asked for with credentials', async () => {
    const before = seen.length
    for (const _ of [1, 2]) await outbound.providerFetch(`${origin}/document`)
    expect(seen.length - before).toBe(1)
    for (const _ of [1, 2]) await outbound.providerFetch(`${origin}/userinfo`, { headers: { authorization: 'Bearer x' } })
    expect(seen.length - before).toBe(3)
  })
})
