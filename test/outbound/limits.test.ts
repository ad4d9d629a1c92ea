import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createGate } from '../../src/outbound/gate.ts'
import { OutboundFailure } from '../../src/outbound/index.ts'
import { outboundWith, serve } from './hostile-server.ts'

const outcomesOf = async (work: readonly Promise<unknown>[]): Promise<{ readonly done: number; readonly limited: number }> => {
  const results = await Promise.allSettled(work)
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  expect(failures.every((failure) => failure instanceof OutboundFailure && failure.kind === 'limited')).toBe(true)
  return { done: results.length - failures.length, limited: failures.length }
}

describe('a victim host', () => {
  it('gets one request for 1000 that ask for the same URL (SEC-SSRF-09)', async () => {
    const server = await serve((_request, response) => response.end('{}'))
    const outbound = outboundWith({ allowedOrigins: [server.origin] })
    const { done } = await outcomesOf(Array.from({ length: 1000 }, () => outbound.fetch('jwks', `${server.origin}/jwks`)))
    expect(done).toBe(1000)
    expect(server.requests).toHaveLength(1)
  })

  it('gets no more than the limit for 1000 different URLs (SEC-SSRF-09)', async () => {
    const server = await serve((_request, response) => response.end('{}'))
    const outbound = outboundWith({ allowedOrigins: [server.origin], requestsPerMinutePerHostMax: 20, queueMax: 1000 })
    const outcomes = await outcomesOf(
      Array.from({ length: 1000 }, (_, index) => outbound.fetch('jwks', `${server.origin}/${index}`)),
    )
    expect(outcomes).toEqual({ done: 20, limited: 980 })
    expect(server.requests).toHaveLength(20)
  })

  it('gets one request a while after it failed, however many ask (SEC-SSRF-09)', async () => {
    let time = 1_000_000
    const server = await serve((_request, response) => {
      response.writeHead(503)
      response.end()
    })
    const outbound = outboundWith({ allowedOrigins: [server.origin] }, { now: () => time })
    const ask = (): Promise<unknown> => outbound.fetch('jwks', `${server.origin}/jwks`).catch((error: unknown) => error)
    for (let count = 0; count < 100; count += 1) expect(await ask()).toBeInstanceOf(OutboundFailure)
    expect(server.requests).toHaveLength(1)
    time += 30_001
    await ask()
    expect(server.requests).toHaveLength(2)
  })

  it('is not reached more often through many names of one address (SEC-SSRF-09)', async () => {
    const server = await serve((_request, response) => response.end('{}'))
    const settings = { allowedNetworks: ['127.0.0.0/8'], ports: [server.port], requestsPerMinutePerHostMax: 10 }
    const outbound = outboundWith(settings, { lookup: async () => [{ address: '127.0.0.1', family: 4 }] })
    const urls = Array.from({ length: 60 }, (_, index) => `https://name-${index}.example:${server.port}/`)
    await Promise.allSettled(urls.map((url) => outbound.fetch('jwks', url)))
    expect(server.connections()).toBeLessThanOrEqual(10)
  })

  it('counts callbacks like everything else (SEC-SSRF-12)', async () => {
    const server = await serve((_request, response) => response.end())
    const outbound = outboundWith({ allowedOrigins: [server.origin], requestsPerMinutePerHostMax: 5 })
    const post = () =>
      outbound.fetch('callback', `${server.origin}/logout`, { method: 'POST', body: new URLSearchParams({ a: '1' }) })
    expect(await outcomesOf(Array.from({ length: 12 }, post))).toEqual({ done: 5, limited: 7 })
  })

  it('is not asked by everybody together more often than the limit allows', async () => {
    const servers = await Promise.all([1, 2, 3].map(() => serve((_request, response) => response.end('{}'))))
    const outbound = outboundWith({ allowedOrigins: servers.map(({ origin }) => origin), requestsPerMinuteMax: 9 })
    const urls = servers.flatMap(({ origin }) => Array.from({ length: 6 }, (_, index) => `${origin}/${index}`))
    expect(await outcomesOf(urls.map((url) => outbound.fetch('jwks', url)))).toEqual({ done: 9, limited: 9 })
  })
})

describe('requests at the same time (SEC-SSRF-09)', () => {
  it('keeps within the number for one host; the others wait and are served', async () => {
    const held: ServerResponse[] = []
    let atOnce = 0
    let atOnceMost = 0
    const server = await serve((_request, response) => {
      atOnce += 1
      atOnceMost = Math.max(atOnceMost, atOnce)
      held.push(response)
      setImmediate(() => {
        atOnce -= 1
        held.shift()?.end('{}')
      })
    })
    const outbound = outboundWith({ allowedOrigins: [server.origin], requestsAtOncePerHostMax: 3 })
    const { done } = await outcomesOf(
      Array.from({ length: 40 }, (_, index) => outbound.fetch('jwks', `${server.origin}/${index}`)),
    )
    expect(done).toBe(40)
    expect(atOnceMost).toBeLessThanOrEqual(3)
  })

  it('lets nobody in beyond the total, a key or the end of the queue', async () => {
    const gate = createGate({ atOnceMax: 3, atOncePerKeyMax: 2, queueMax: 2 })
    const { signal } = new AbortController()
    const entered: string[] = []
    const leave: (() => void)[] = []
    const enter = (key: string): Promise<void> =>
      gate.run(key, signal, () => {
        entered.push(key)
        return new Promise((resolve) => leave.push(resolve))
      })
    const inside = [enter('a'), enter('a'), enter('a'), enter('b'), enter('b')]
    await expect(enter('c')).rejects.toMatchObject({ kind: 'limited' })
    expect(entered).toEqual(['a', 'a', 'b'])
    for (let left = 0; left < inside.length; left += 1) {
      leave[left]?.()
      await inside[[0, 1, 3, 2, 4][left] ?? 0]
    }
    expect(entered).toHaveLength(5)
  })

  it('forgets whoever gave up waiting', async () => {
    const gate = createGate({ atOnceMax: 1, atOncePerKeyMax: 1, queueMax: 1 })
    const impatient = new AbortController()
    let leave: () => void = () => undefined
    const first = gate.run(
      'a',
      new AbortController().signal,
      () =>
        new Promise<void>((resolve) => {
          leave = resolve
        }),
    )
    const second = gate.run('a', impatient.signal, async () => 'second')
    impatient.abort()
    await expect(second).rejects.toMatchObject({ kind: 'limited' })
    const third = gate.run('a', new AbortController().signal, async () => 'third')
    leave()
    await first
    expect(await third).toBe('third')
  })
})
