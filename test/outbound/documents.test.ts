import { describe, expect, it } from 'vitest'
import { createBoundedCache } from '../../src/outbound/bounded-cache.ts'
import { freshnessSeconds } from '../../src/outbound/freshness.ts'
import type { Outbound, OutboundEvent, OutboundOptions } from '../../src/outbound/index.ts'
import { outboundWith, serve, type TestServer } from './hostile-server.ts'

interface Scene {
  readonly server: TestServer
  readonly outbound: Outbound
  readonly events: OutboundEvent[]
  answer: { status?: number; headers?: Record<string, string>; body?: string }
  pass(seconds: number): void
  ask(anew?: 'anew'): Promise<string>
}

async function setUp(settings: Partial<OutboundOptions> = {}): Promise<Scene> {
  let time = Date.parse('2026-01-01T00:00:00Z')
  const events: OutboundEvent[] = []
  const server = await serve((_request, response) => {
    const { status = 200, headers = {}, body = 'v1' } = scene.answer
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(body)
  })
  const outbound = outboundWith(
    { allowedOrigins: [server.origin], ...settings },
    { now: () => time, record: (event) => events.push(event) },
  )
  const scene: Scene = {
    server,
    outbound,
    events,
    answer: {},
    pass: (seconds) => {
      time += seconds * 1000
    },
    ask: async (anew) => {
      const headers: Record<string, string> = anew === undefined ? {} : { 'cache-control': 'no-cache' }
      return (await outbound.fetch('jwks', `${server.origin}/jwks`, { headers })).text()
    },
  }
  return scene
}

describe('how long a document is kept (OIDR-KEY-02)', () => {
  it.each([
    ['its max-age', { 'cache-control': 'public, max-age=600' }, 600],
    ['its max-age less its age', { 'cache-control': 'max-age=600', age: '200' }, 400],
    ['its expiry', { expires: 'Thu, 01 Jan 2026 00:10:00 GMT' }, 600],
    ['the lower bound, when it says no-store', { 'cache-control': 'no-store' }, 60],
    ['the lower bound, when it has expired', { expires: '0' }, 60],
    ['the upper bound, when it says ten years', { 'cache-control': 'max-age=315360000' }, 3600],
    ['the default, when it says nothing', {}, 300],
    ['the default, when it talks nonsense', { 'cache-control': 'max-age=-5, max-age="x"' }, 300],
  ])('is %s', async (_what, headers, seconds) => {
    const scene = await setUp()
    scene.answer = { headers: headers as Record<string, string> }
    await scene.ask()
    scene.pass(seconds - 1)
    await scene.ask()
    expect(scene.server.requests).toHaveLength(1)
    scene.pass(2)
    await scene.ask()
    expect(scene.server.requests).toHaveLength(2)
  })

  it('is told to the caller within the same bounds, and nothing else of the headers is', async () => {
    const scene = await setUp()
    scene.answer = { headers: { 'cache-control': 'max-age=999999', 'x-inside': 'secret', 'set-cookie': 'a=b' } }
    await scene.ask()
    scene.pass(100)
    const response = await scene.outbound.fetch('jwks', `${scene.server.origin}/jwks`)
    expect(Object.fromEntries(response.headers)).toEqual({ 'content-type': 'application/json', 'cache-control': 'max-age=3500' })
  })

  it('does not mistake a directive that contains another one', () => {
    expect(freshnessSeconds(new Headers({ 'cache-control': 's-maxage=9, x-max-age=5' }), 0)).toBeUndefined()
    expect(freshnessSeconds(new Headers({ 'cache-control': 'private="no-store-x"' }), 0)).toBeUndefined()
  })

  it('is a matter of seconds for a sector document, which somebody may be repairing', async () => {
    const scene = await setUp()
    scene.answer = { headers: { 'cache-control': 'max-age=600' } }
    const ask = () => scene.outbound.fetch('sector-identifier', `${scene.server.origin}/sector`)
    await ask()
    await ask()
    scene.pass(11)
    await ask()
    expect(scene.server.requests).toHaveLength(2)
  })

  it('is apart for each purpose and for each fragment (OIDC Core §6.2)', async () => {
    const scene = await setUp()
    const { outbound, server } = scene
    await outbound.fetch('jwks', `${server.origin}/x`)
    await outbound.fetch('request-object', `${server.origin}/x`)
    await outbound.fetch('request-object', `${server.origin}/x#hash2`)
    await outbound.fetch('request-object', `${server.origin}/x#hash2`)
    expect(server.requests).toHaveLength(3)
  })
})

describe('a URL that fails', () => {
  it('serves its last good keys for a bounded time (OIDR-KEY-02)', async () => {
    const scene = await setUp({ staleSeconds: 7200 })
    await scene.ask()
    scene.answer = { status: 500 }
    scene.pass(301)
    expect(await scene.ask()).toBe('v1')
    expect(scene.events.at(-1)).toMatchObject({ outcome: 'stale', internal: 'the answer was 500' })
    scene.pass(7200)
    await expect(scene.ask()).rejects.toMatchObject({ kind: 'failed' })
  })

  it('is asked again after the time for failures, and then serves the new keys', async () => {
    const scene = await setUp()
    await scene.ask()
    scene.answer = { status: 500 }
    scene.pass(301)
    await scene.ask()
    scene.answer = { body: 'v2' }
    expect(await scene.ask()).toBe('v1')
    scene.pass(31)
    expect(await scene.ask()).toBe('v2')
    expect(scene.server.requests).toHaveLength(3)
  })

  it('has no old answer to give for a request object', async () => {
    const scene = await setUp()
    const ask = () => scene.outbound.fetch('request-object', `${scene.server.origin}/object`)
    await ask()
    scene.answer = { status: 500 }
    scene.pass(301)
    await expect(ask()).rejects.toMatchObject({ kind: 'failed' })
  })

  it('is not remembered as failed when only our own limits were reached', async () => {
    const scene = await setUp({ requestsPerMinutePerHostMax: 1 })
    await scene.outbound.fetch('jwks', `${scene.server.origin}/first`)
    await expect(scene.ask()).rejects.toMatchObject({ kind: 'limited', internal: expect.not.stringContaining('failed before') })
    await expect(scene.ask()).rejects.toMatchObject({ kind: 'limited', internal: expect.not.stringContaining('failed before') })
  })
})

describe('an unknown key id (OIDR-KEY-01, SEC-JWK-07)', () => {
  it('fetches the keys anew at once, then at most once in ten seconds', async () => {
    const scene = await setUp()
    expect(await scene.ask()).toBe('v1')
    scene.answer = { body: 'v2' }
    expect(await scene.ask('anew')).toBe('v2')
    scene.answer = { body: 'v3' }
    for (let count = 0; count < 50; count += 1) expect(await scene.ask('anew')).toBe('v2')
    expect(scene.server.requests).toHaveLength(2)
    scene.pass(10)
    expect(await scene.ask('anew')).toBe('v3')
    expect(await scene.ask()).toBe('v3')
    expect(scene.server.requests).toHaveLength(3)
  })

  it('is a reason that the engine gives in the word of fetch', async () => {
    const scene = await setUp()
    const keys = async (cache: 'default' | 'reload') => {
      const headers = { accept: 'application/json' }
      return (await scene.outbound.engineFetch(`${scene.server.origin}/jwks`, { headers, cache })).text()
    }
    expect(await keys('default')).toBe('v1')
    scene.answer = { body: 'v2' }
    expect(await keys('default')).toBe('v1')
    expect(await keys('reload')).toBe('v2')
  })

  it('keeps the known keys when the URL fails just then, and does not insist', async () => {
    const scene = await setUp()
    await scene.ask()
    scene.answer = { status: 500 }
    for (let count = 0; count < 5; count += 1) {
      expect(await scene.ask('anew')).toBe('v1')
      scene.pass(4)
    }
    expect(scene.server.requests).toHaveLength(2)
  })

  it('is answered for everybody who asks at that moment by one request', async () => {
    const scene = await setUp()
    await scene.ask()
    scene.answer = { body: 'v2' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => scene.ask('anew')))
    expect(new Set(answers).size).toBeLessThanOrEqual(2)
    expect(await scene.ask()).toBe('v2')
    expect(scene.server.requests).toHaveLength(2)
  })
})

describe('a caller that stops waiting', () => {
  it('does not take the document away from others', async () => {
    let release: () => void = () => undefined
    const server = await serve((_request, response) => {
      release = () => response.end('kept')
    })
    const outbound = outboundWith({ allowedOrigins: [server.origin] })
    const impatient = new AbortController()
    const first = outbound.fetch('jwks', server.origin, { signal: impatient.signal })
    const second = outbound.fetch('jwks', server.origin)
    impatient.abort()
    await expect(first).rejects.toMatchObject({ internal: 'the caller stopped waiting' })
    await expect.poll(() => server.requests.length).toBe(1)
    release()
    expect(await (await second).text()).toBe('kept')
    expect(server.requests).toHaveLength(1)
  })
})

describe('memory (SEC-DOS-05)', () => {
  it('holds what was used last, within its bytes, however many URLs there are', () => {
    const cache = createBoundedCache<Uint8Array>(1_000_000, (value) => value.byteLength)
    cache.keep('hot', new Uint8Array(1000))
    for (let index = 0; index < 1_000_000; index += 1) {
      cache.keep(`https://a.example/${index}`, new Uint8Array(0))
      if (index % 100 === 0) cache.find('hot')
    }
    expect(cache.bytes).toBeLessThanOrEqual(1_000_000)
    expect(cache.find('hot')).toBeDefined()
    expect(cache.find('https://a.example/0')).toBeUndefined()
    expect(cache.find('https://a.example/999999')).toBeDefined()
  })

  it('keeps nothing that is larger than all of it, and counts what is replaced once', () => {
    const cache = createBoundedCache<Uint8Array>(2000, (value) => value.byteLength)
    cache.keep('large', new Uint8Array(5000))
    expect(cache.find('large')).toBeUndefined()
    cache.keep('a', new Uint8Array(100))
    const { bytes } = cache
    for (let index = 0; index < 100; index += 1) cache.keep('a', new Uint8Array(100))
    expect(cache.bytes).toBe(bytes)
  })

  it('drops the oldest documents of a flood of URLs', async () => {
    const scene = await setUp({ cacheBytesMax: 20_000, requestsPerMinutePerHostMax: 1000 })
    scene.answer = { body: 'x'.repeat(1000) }
    for (let index = 0; index < 40; index += 1) await scene.outbound.fetch('jwks', `${scene.server.origin}/${index}`)
    await scene.outbound.fetch('jwks', `${scene.server.origin}/39`)
    expect(scene.server.requests).toHaveLength(40)
    await scene.outbound.fetch('jwks', `${scene.server.origin}/0`)
    expect(scene.server.requests).toHaveLength(41)
  })
})
