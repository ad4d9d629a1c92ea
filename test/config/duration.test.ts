import { describe, expect, it } from 'vitest'
import { parseDuration } from '../../src/config/index.ts'

describe('a duration', () => {
  it.each(['', '15', 'm', '-1s', '1.5h', '1 year', '1h30m', 15, null, true, {}])('is not %j', (input) => {
    expect(parseDuration(input)).toBeUndefined()
  })

  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['15m', 900_000],
    ['12h', 43_200_000],
    ['90d', 7_776_000_000],
    ['2w', 1_209_600_000],
    [0, 0],
  ])('reads %j as %d milliseconds', (input, milliseconds) => {
    expect(parseDuration(input)).toBe(milliseconds)
  })
})
