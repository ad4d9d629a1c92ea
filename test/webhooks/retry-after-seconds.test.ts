import { describe, expect, it } from 'vitest'
import { retryAfterSeconds } from '../../src/webhooks/retry-after-seconds.ts'

const now = Date.UTC(2026, 0, 1) / 1000

describe('Retry-After (RFC 9110 §10.2.3)', () => {
  it.each(['soon', '-5', '1e3', '', '0x10', 'Thu, 01 Jan 2015 00:00:00 GMT'])('asks for nothing by %j', (header) => {
    expect(retryAfterSeconds(header, now)).toBe(0)
  })

  it('is a number of seconds or a date, and never asks for more than a day', () => {
    expect(retryAfterSeconds('120', now)).toBe(120)
    expect(retryAfterSeconds('Thu, 01 Jan 2026 00:02:00 GMT', now)).toBe(120)
    expect(retryAfterSeconds('9999999999', now)).toBe(86_400)
    expect(retryAfterSeconds('Thu, 01 Jan 2037 00:00:00 GMT', now)).toBe(86_400)
    expect(retryAfterSeconds(undefined, now)).toBe(0)
  })
})
