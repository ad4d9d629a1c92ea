import { deflateSync } from 'node:zlib'
import jpeg from 'jpeg-js'
import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import type { OutboundEvent } from '../../src/outbound/index.ts'
import { readImageHeader } from '../../src/outbound/logos/image-header.ts'
import { rasterize } from '../../src/outbound/logos/rasterize.ts'
import { outboundWith, serve } from './hostile-server.ts'

type Paint = (x: number, y: number) => readonly [number, number, number, number]

function pixels(width: number, height: number, paint: Paint): Buffer {
  const data = Buffer.alloc(width * height * 4)
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) data.set(paint(x, y), (y * width + x) * 4)
  return data
}
function pngOf(width: number, height: number, paint: Paint): Buffer {
  const png = new PNG({ width, height })
  png.data = pixels(width, height, paint)
  return PNG.sync.write(png)
}
const jpegOf = (width: number, height: number, paint: Paint): Buffer =>
  jpeg.encode({ width, height, data: pixels(width, height, paint) }, 90).data
const red: Paint = () => [255, 0, 0, 255]
const isNear = (actual: number | undefined, expected: number): boolean => Math.abs((actual ?? -1000) - expected) <= 3

async function logoOf(body: Buffer, type = 'image/png'): Promise<PNG | undefined> {
  const server = await serve((_request, response) => response.writeHead(200, { 'content-type': type }).end(body))
  const png = await outboundWith({ allowedOrigins: [server.origin] }).logos.find(`${server.origin}/logo`)
  return png === undefined ? undefined : PNG.sync.read(Buffer.from(png))
}

/** A PNG whose header says one thing and whose pixels are whatever `content` is. */
function forgedPng({ width = 16, height = 16, interlaced = false, content = Buffer.alloc(0) }): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 6, 0, 0, interlaced ? 1 : 0], 8)
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([start, chunk('IHDR', header), chunk('IDAT', content), chunk('IEND', Buffer.alloc(0))])
}
function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc(body), body.length + 4)
  return framed
}
function crc(bytes: Buffer): number {
  let value = 0xffffffff
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  }
  return (value ^ 0xffffffff) >>> 0
}
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

const notShown: readonly (readonly [what: string, body: Buffer, type?: string])[] = [
  ['an SVG with a script', Buffer.from(svg), 'image/svg+xml'],
  ['an SVG that calls itself PNG', Buffer.from(svg)],
  ['a page that calls itself PNG', Buffer.from('<!doctype html><script>alert(1)</script>')],
  ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1'), 'image/gif'],
  ['a WebP', Buffer.from('RIFF\x1a\x00\x00\x00WEBPVP8L', 'latin1'), 'image/webp'],
  ['nothing', Buffer.alloc(0)],
  ['the first bytes of a PNG', pngOf(8, 8, red).subarray(0, 20)],
  ['a PNG that is cut off', pngOf(64, 64, (x, y) => [x * 4, y * 4, x ^ y, 255]).subarray(0, 60)],
  ['a PNG of 2049 × 1 pixels', forgedPng({ width: 2049, height: 1, content: deflateSync(Buffer.alloc(2049 * 4 + 1)) })],
  ['a PNG of 50,000 × 50,000 pixels', forgedPng({ width: 50_000, height: 50_000, content: deflateSync(Buffer.alloc(1000)) })],
  ['a PNG without a width', forgedPng({ width: 0, content: deflateSync(Buffer.alloc(100)) })],
  [
    'an interlaced PNG that unpacks to 128 MB',
    forgedPng({ interlaced: true, content: deflateSync(Buffer.alloc(128 * 1024 * 1024)) }),
  ],
  ['a PNG with a wrong checksum', Buffer.from(pngOf(8, 8, red).map((byte, index) => (index === 30 ? byte ^ 0xff : byte)))],
  ['a JPEG that is cut off', jpegOf(64, 64, (x, y) => [x * 4, y * 4, x, 255]).subarray(0, 300), 'image/jpeg'],
  ['300 kB', Buffer.concat([pngOf(8, 8, red), Buffer.alloc(300_000)])],
  ['a PNG with a page behind it', Buffer.concat([pngOf(8, 8, red), Buffer.from('<script>alert(1)</script>')])],
]

describe('logos that are not shown (SEC-LOGO-01)', () => {
  it.each(notShown.map(([what, body, type = 'image/png']) => [what, body, type] as const))(
    'are %s',
    async (_what, body, type) => {
      expect(await logoOf(body, type)).toBeUndefined()
    },
  )

  it('are told to the log with the reason', async () => {
    const server = await serve((_request, response) => response.end(svg))
    const events: OutboundEvent[] = []
    const outbound = outboundWith({ allowedOrigins: [server.origin] }, { record: (event) => events.push(event) })
    await outbound.logos.find(`${server.origin}/logo?secret=1`)
    expect(events.map(({ outcome }) => outcome)).toEqual(['fetched', 'failed'])
    expect(events[1]).toMatchObject({
      purpose: 'logo',
      origin: server.origin,
      internal: 'no logo: Error: no picture that is taken',
    })
  })

  it('are those that no URL gives', async () => {
    const logos = outboundWith({}).logos
    for (const uri of ['http://a.example/logo.png', 'https://127.0.0.1/logo.png', 'javascript:alert(1)', '']) {
      expect(await logos.find(uri)).toBeUndefined()
    }
  })

  it('are JPEGs whose scans would keep a decoder busy for very long', async () => {
    expect(readImageHeader(jpegOfManyScans(64))).toEqual({ kind: 'jpeg', width: 2048, height: 2048 })
    expect(readImageHeader(jpegOfManyScans(65))).toBeUndefined()
  })

  it('are given up when decoding takes too long, whatever the reason', async () => {
    const made = rasterize(jpegOfManyScans(11_000), { kind: 'jpeg', width: 2048, height: 2048 }, 300)
    await expect(made).rejects.toThrow('the image took too long')
  })
})

/** Progressive, 2048 × 2048: each scan says in seven bytes that all 65,536 blocks of it are empty (ITU T.81 §G.1.2.2). */
function jpegOfManyScans(scans: number): Buffer {
  const segment = (marker: number, ...content: readonly number[]): Buffer =>
    Buffer.from([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 0xff, ...content])
  const quantization = segment(0xdb, 0, ...Array.from({ length: 64 }, () => 1))
  const frame = segment(0xc2, 8, 0x08, 0x00, 0x08, 0x00, 1, 1, 0x11, 0)
  const huffman = segment(0xc4, 0x10, 1, ...Array.from({ length: 15 }, () => 0), 0xe0)
  const scan = Buffer.concat([segment(0xda, 1, 1, 0x00, 1, 63, 0x00), Buffer.from([0x7f, 0xfe, 0xff, 0x00, 0xfc, 0x00, 0x07])])
  const body = Array.from({ length: scans }, () => scan)
  return Buffer.concat([Buffer.from([0xff, 0xd8]), quantization, frame, huffman, ...body, Buffer.from([0xff, 0xd9])])
}

describe('logos that are shown', () => {
  it('are made anew from the pixels alone', async () => {
    const plain = pngOf(40, 20, red)
    const text = chunk('tEXt', Buffer.from('Comment\0<script>alert(1)</script>'))
    const body = Buffer.concat([plain.subarray(0, 33), text, plain.subarray(33)])
    const server = await serve((_request, response) => response.end(body))
    const png = Buffer.from((await outboundWith({ allowedOrigins: [server.origin] }).logos.find(server.origin)) ?? [])
    expect(body.includes('script')).toBe(true)
    expect(png.includes('script')).toBe(false)
    const { width, height, data } = PNG.sync.read(png)
    expect([width, height]).toEqual([40, 20])
    expect([...data.subarray(0, 4)]).toEqual([255, 0, 0, 255])
  })

  it('fit into 128 × 128 and keep their proportions', async () => {
    const wide = await logoOf(pngOf(512, 256, (x) => (x < 256 ? [255, 0, 0, 255] : [0, 0, 255, 255])))
    expect([wide?.width, wide?.height]).toEqual([128, 64])
    expect([...(wide?.data.subarray(0, 4) ?? [])]).toEqual([255, 0, 0, 255])
    expect([...(wide?.data.subarray(127 * 4, 128 * 4) ?? [])]).toEqual([0, 0, 255, 255])
    const line = await logoOf(pngOf(2048, 1, red))
    expect([line?.width, line?.height]).toEqual([128, 1])
  })

  it('do not take a tint from what is invisible', async () => {
    const logo = await logoOf(pngOf(256, 256, (x) => (x % 2 === 0 ? [0, 255, 0, 0] : [255, 0, 0, 255])))
    expect([...(logo?.data.subarray(0, 4) ?? [])]).toEqual([255, 0, 0, 128])
  })

  it('may be JPEGs, of 2048 × 2048 pixels too', async () => {
    const logo = await logoOf(jpegOf(2048, 2048, red), 'image/jpeg')
    expect([logo?.width, logo?.height]).toEqual([128, 128])
    const [r, g, b, a] = logo?.data ?? []
    expect([isNear(r, 255), isNear(g, 0), isNear(b, 0), a]).toEqual([true, true, true, 255])
  })

  it('may be announced with any type: the first bytes decide', async () => {
    expect(await logoOf(pngOf(8, 8, red), 'application/octet-stream')).toBeDefined()
  })

  it('are fetched once for many who ask, and once again a good while later', async () => {
    let time = 1_000_000
    const server = await serve((_request, response) => response.end(pngOf(8, 8, red)))
    const { logos } = outboundWith({ allowedOrigins: [server.origin] }, { now: () => time })
    const found = await Promise.all(Array.from({ length: 20 }, () => logos.find(server.origin)))
    expect(found.every((png) => png !== undefined)).toBe(true)
    await logos.find(server.origin)
    expect(server.requests).toHaveLength(1)
    time += 3_600_001
    await logos.find(server.origin)
    expect(server.requests).toHaveLength(2)
  })

  it('leave the event loop to others while they are decoded', async () => {
    const body = jpegOf(1500, 1500, red)
    expect(readImageHeader(body)).toEqual({ kind: 'jpeg', width: 1500, height: 1500 })
    const server = await serve((_request, response) => response.end(body))
    const { logos } = outboundWith({ allowedOrigins: [server.origin] })
    const start = performance.now()
    let last = start
    let longest = 0
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 2)
    expect(await logos.find(server.origin)).toBeDefined()
    clearInterval(timer)
    expect(longest).toBeLessThan((performance.now() - start) / 2)
  })
})
