import { describe, expect, it } from 'vitest'
import { outboundWith, serve } from './hostile-server.ts'

const event = { headers: { 'content-type': 'application/json', 'webhook-id': '1' }, body: '{"a":"ü"}' }

describe('events for webhooks', () => {
  it('do not reach a private address, nor plain http beyond what the operator listed', async () => {
    const inside = await serve((_request, response) => response.end())
    const { postToWebhook } = outboundWith({})
    expect(await postToWebhook(inside.origin, event)).toEqual({ failure: expect.stringMatching(/not https/) })
    expect(await postToWebhook(`https://127.0.0.1:${inside.port}`, event)).toEqual({ failure: expect.any(String) })
    expect(await postToWebhook('https://169.254.169.254/', event)).toEqual({ failure: expect.stringMatching(/not permitted/) })
    expect(await postToWebhook('nowhere', event)).toEqual({ failure: expect.stringMatching(/no absolute URL/) })
    expect(inside.connections()).toBe(0)
  })

  it('do not follow a redirect: it is the answer', async () => {
    const inside = await serve((_request, response) => response.end())
    const server = await serve((_request, response) => response.writeHead(307, { location: inside.origin }).end())
    const { postToWebhook } = outboundWith({ allowedOrigins: [server.origin, inside.origin] })
    expect(await postToWebhook(server.origin, event)).toEqual({ status: 307 })
    expect(inside.connections()).toBe(0)
  })

  it.each([
    ['without an end', (write: (piece: string) => unknown) => void write('and so on')],
    ['that is far too large', (write: (piece: string) => unknown) => void write('x'.repeat(1_000_000))],
  ])('have arrived whatever comes after the status: a body %s', async (_, answer) => {
    const server = await serve((_request, response) => {
      response.writeHead(202)
      answer((piece) => response.write(piece))
    })
    const outbound = outboundWith({ allowedOrigins: [server.origin] }, { webhookTimeoutSeconds: 1 })
    expect(await outbound.postToWebhook(server.origin, event)).toEqual({ status: 202 })
  })

  it('are not held back by the limits for what strangers name, and share connections', async () => {
    const server = await serve((_request, response) => response.writeHead(200).end('thank you'))
    const outbound = outboundWith({
      ...{ allowedOrigins: [server.origin], requestsPerMinuteMax: 1, requestsPerMinutePerHostMax: 1 },
      ...{ requestsAtOnceMax: 1, requestsAtOncePerHostMax: 1, queueMax: 1 },
    })
    for (let count = 0; count < 20; count += 1)
      expect(await outbound.postToWebhook(server.origin, event)).toEqual({ status: 200 })
    expect(server.requests.map(({ headers }) => headers['webhook-id'])).toEqual(Array.from({ length: 20 }, () => '1'))
    expect(server.connections()).toBeLessThan(10)
  })

  it('are counted with what became of them', async () => {
    const server = await serve((_request, response) => response.writeHead(500).end())
    const recorded: object[] = []
    const outbound = outboundWith({ allowedOrigins: [server.origin] }, { record: (end) => recorded.push(end) })
    await outbound.postToWebhook(server.origin, event)
    await outbound.postToWebhook('https://10.0.0.1/', event)
    expect(recorded).toMatchObject([
      { purpose: 'webhook', outcome: 'fetched' },
      { purpose: 'webhook', outcome: 'refused', origin: 'https://10.0.0.1' },
    ])
  })
})
