import { describe, expect, it } from 'vitest'
import { retryDelaySeconds } from '../../src/webhooks/retry-delay-seconds.ts'

const attempts = Array.from({ length: 11 }, (_, index) => index + 1)

describe('the time until the next attempt', () => {
  it('grows from seconds to hours, and twelve attempts take about a day', () => {
    const delays = attempts.map((count) => retryDelaySeconds(count, 0.5))
    expect(delays).toEqual([...delays].sort((one, other) => one - other))
    expect(delays[0]).toBe(5)
    const hours = delays.reduce((sum, delay) => sum + delay, 0) / 3600
    expect(hours).toBeGreaterThan(20)
    expect(hours).toBeLessThan(26)
  })

  it('never goes beyond a day and a fifth, however many there were', () => {
    expect(retryDelaySeconds(20, 1)).toBe(103_680)
  })

  it('is spread, so that what failed together does not come back together', () => {
    expect([retryDelaySeconds(3, 0), retryDelaySeconds(3, 1)]).toEqual([25, 38])
  })
})
