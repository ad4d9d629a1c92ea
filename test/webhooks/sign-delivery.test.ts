import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { webhookSecret } from '../../src/webhooks/options.ts'
import { signDelivery } from '../../src/webhooks/sign-delivery.ts'

const event = {
  ...{ id: '0195-1', realm: 'bank', type: 'client.registered', at: 1_800_000_000, actor: 'anonymous' },
  ...{ client_id: 'c1', requestId: 'r1', address: '192.0.2.7', details: { channel: 'open' } },
}
const key = Buffer.from('0123456789abcdef0123456789abcdef')
const other = Buffer.from('another key of thirty-two bytes!')
const whsec = (bytes: Buffer): string => `whsec_${bytes.toString('base64')}`
const expected = (bytes: Buffer, time: number, body: string): string =>
  `v1,${createHmac('sha256', bytes).update(`0195-1.${time}.${body}`).digest('base64')}`

describe('a secret of a webhook', () => {
  const isAccepted = (text: string): boolean => new RegExp(webhookSecret.pattern).test(text)

  it.each([
    ['too short', 'fifteen-letters'],
    ['no base64 after whsec_', 'whsec_this-is-not-base64-but-long-enough!'],
    ['too few bytes after whsec_', `whsec_${Buffer.alloc(12).toString('base64')}`],
    ['a passphrase with spaces', 'correct horse battery staple'],
    ['a second one that is too short', `${whsec(key)} short`],
    ['empty', ''],
  ])('is refused: %s', (_, text) => expect(isAccepted(text)).toBe(false))

  it.each([
    ['24 bytes', whsec(Buffer.alloc(24, 1))],
    ['64 bytes', whsec(Buffer.alloc(64, 1))],
    ['two of them', `${whsec(key)} ${whsec(other)}`],
    ['a text of another kind', 'correct-horse-battery'],
  ])('is accepted: %s', (_, text) => expect(isAccepted(text)).toBe(true))
})

describe('a signature of a delivery', () => {
  it('is made over id, time and body with the bytes behind whsec_', () => {
    const { headers, body } = signDelivery({ event }, whsec(key), 1_800_000_123)
    expect(headers).toEqual({
      'content-type': 'application/json',
      'webhook-id': '0195-1',
      'webhook-timestamp': '1800000123',
      'webhook-signature': expected(key, 1_800_000_123, body),
    })
  })

  it('stands there once for each secret while one replaces another', () => {
    const { headers, body } = signDelivery({ event }, `${whsec(key)} ${whsec(other)}`, 5)
    expect(headers['webhook-signature']).toBe(`${expected(key, 5, body)} ${expected(other, 5, body)}`)
  })

  it('uses a secret of another kind as it stands', () => {
    const { headers, body } = signDelivery({ event }, 'correct-horse-battery', 5)
    expect(headers['webhook-signature']).toBe(expected(Buffer.from('correct-horse-battery'), 5, body))
  })

  it('is that of what happened, without the address of the requester', () => {
    expect(JSON.parse(signDelivery({ event }, whsec(key), 5).body)).toEqual({
      type: 'client.registered',
      id: '0195-1',
      timestamp: '2027-01-15T08:00:00.000Z',
      realm: 'bank',
      data: { client_id: 'c1', actor: 'anonymous', request_id: 'r1', details: { channel: 'open' } },
    })
  })
})
